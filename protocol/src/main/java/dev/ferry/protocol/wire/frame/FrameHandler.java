package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;

/**
 * Receives the frames of a packet from {@link FrameReader}, each once, in their order; padding is
 * skipped. Frames are well-formed, but their content is not verified: an ack may acknowledge
 * packets that were never sent. There are no default methods, so that no frame is ignored by
 * oversight.
 */
public interface FrameHandler {
  /** Ignores all frames. */
  FrameHandler NOBODY =
      new FrameHandler() {
        @Override
        public void onPing() {}

        @Override
        public void onAck(AckRanges acked, AckTimes times) {}

        @Override
        public void onData(long fileId, long offset, ByteBuffer content) {}

        @Override
        public void onShortData(long fileId, long offset, ByteBuffer content) {}

        @Override
        public void onOpen(Open open) {}

        @Override
        public void onAccept(Accept accept) {}

        @Override
        public void onReject(Reject reject) {}

        @Override
        public void onWindow(long fileId, long limit) {}

        @Override
        public void onFinish(Finish finish) {}

        @Override
        public void onDone(long fileId) {}

        @Override
        public void onAgain(Again again) {}

        @Override
        public void onCopy(Copy copy) {}

        @Override
        public void onMaxRate(long bytesPerSecond) {}

        @Override
        public void onPathChallenge(long random) {}

        @Override
        public void onPathResponse(long random) {}

        @Override
        public void onCancel(Cancel cancel) {}

        @Override
        public void onClose(Close close) {}
      };

  /** The peer wants an acknowledgement and nothing else. */
  void onPing();

  /**
   * The peer acknowledges packets.
   *
   * @param acked at least one range; valid during the call only
   * @param times when they arrived, as the peer says; valid during the call only
   */
  void onAck(AckRanges acked, AckTimes times);

  /**
   * The peer sends a part of a file; always the last frame of its packet.
   *
   * @param fileId the number of the file
   * @param offset the position in the file; plus the content's length at most {@link
   *     FileAttributes#MAX_SIZE_BYTES}
   * @param content at least one byte, between position and limit of the packet's own buffer; valid
   *     during the call only, and may be consumed
   */
  void onData(long fileId, long offset, ByteBuffer content);

  /** The same, with other frames behind it in the packet. */
  void onShortData(long fileId, long offset, ByteBuffer content);

  /** The client asks for a transfer. */
  void onOpen(Open open);

  /** The peer grants the transfer. */
  void onAccept(Accept accept);

  /** The peer refuses the transfer. */
  void onReject(Reject reject);

  /**
   * The peer accepts data up to a limit.
   *
   * @param fileId the number of the file
   * @param limit the first offset that must not be sent, 0 or more
   */
  void onWindow(long fileId, long limit);

  /** The peer has sent everything. */
  void onFinish(Finish finish);

  /** The peer has published a file. */
  void onDone(long fileId);

  /** The receiver of a file asks for parts of it once more. */
  void onAgain(Again again);

  /** Blocks need not be sent. */
  void onCopy(Copy copy);

  /**
   * The peer asks not to be sent content faster; of two such frames that in the packet with the
   * higher number counts.
   *
   * @param bytesPerSecond of whole datagrams, 0 … {@link dev.ferry.protocol.wire.Varint#MAX}; 0 for
   *     no cap
   */
  void onMaxRate(long bytesPerSecond);

  /**
   * The peer challenges the path. The answer has the same number, any 64 bits, and takes the same
   * path.
   */
  void onPathChallenge(long random);

  /** The peer answers a path challenge. */
  void onPathResponse(long random);

  /** The peer has ended the transfer of one file. */
  void onCancel(Cancel cancel);

  /** The peer has closed the connection. There is no answer, and later packets are ignored. */
  void onClose(Close close);
}
