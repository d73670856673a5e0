package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;

/**
 * Is told the frames of a packet by {@link FrameReader}, in their order, each once; padding is not
 * told. What a frame says is well-formed, but otherwise the peer's word: an ack may acknowledge
 * what was never sent. There are no default methods, so that no frame is ignored by oversight.
 */
public interface FrameHandler {
  /** Heeds nothing. */
  FrameHandler NOBODY =
      new FrameHandler() {
        @Override
        public void onPing() {}

        @Override
        public void onAck(AckRanges acked, long delayUs) {}

        @Override
        public void onData(long offset, ByteBuffer content) {}

        @Override
        public void onOpen(Open open) {}

        @Override
        public void onAccept(Accept accept) {}

        @Override
        public void onReject(Reject reject) {}

        @Override
        public void onWindow(long limit) {}

        @Override
        public void onFinish(Finish finish) {}

        @Override
        public void onDone() {}

        @Override
        public void onPathChallenge(long random) {}

        @Override
        public void onPathResponse(long random) {}

        @Override
        public void onClose(Close close) {}
      };

  /** Calls for an acknowledgement and nothing else. */
  void onPing();

  /**
   * Packets have arrived.
   *
   * @param acked at least one range; valid during the call only
   * @param delayUs how long the peer has held the acknowledgement of the largest number, in
   *     microseconds, 0 … 2<sup>62</sup> − 1: to be limited before any arithmetic
   */
  void onAck(AckRanges acked, long delayUs);

  /**
   * A piece of the file; always the last frame of its packet.
   *
   * @param offset where it belongs; with the content's length at most {@link
   *     FileAttributes#MAX_SIZE_BYTES}
   * @param content at least one byte, between position and limit of the packet's own buffer; valid
   *     during the call only, and may be consumed
   */
  void onData(long offset, ByteBuffer content);

  /** The client asks for a transfer. */
  void onOpen(Open open);

  /** The peer grants the transfer. */
  void onAccept(Accept accept);

  /** The peer turns the transfer down. */
  void onReject(Reject reject);

  /**
   * How far the peer takes data.
   *
   * @param limit the first offset that must not be sent, at least 0
   */
  void onWindow(long limit);

  /** The peer has sent everything. */
  void onFinish(Finish finish);

  /** The peer has the file under its name. */
  void onDone();

  /** To be answered from where it arrived, with the same number; any 64 bits. */
  void onPathChallenge(long random);

  /** Answers a path challenge. */
  void onPathResponse(long random);

  /** The peer has ended the connection; nothing is to be answered, nor what follows heeded. */
  void onClose(Close close);
}
