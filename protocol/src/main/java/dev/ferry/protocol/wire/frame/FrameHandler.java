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
 * what was never sent. By default a frame is ignored.
 */
public interface FrameHandler {
  /** Calls for an acknowledgement and nothing else. */
  default void onPing() {}

  /**
   * Packets have arrived.
   *
   * @param acked at least one range; valid during the call only
   * @param delayUs how long the peer has held the acknowledgement of the largest number, in
   *     microseconds, 0 … 2<sup>62</sup> − 1: to be limited before any arithmetic
   */
  default void onAck(AckRanges acked, long delayUs) {}

  /**
   * A piece of the file; always the last frame of its packet.
   *
   * @param offset where it belongs; with the content's length at most {@link
   *     FileAttributes#MAX_SIZE_BYTES}
   * @param content at least one byte, between position and limit of the packet's own buffer; valid
   *     during the call only, and may be consumed
   */
  default void onData(long offset, ByteBuffer content) {}

  /** The client asks for a transfer. */
  default void onOpen(Open open) {}

  /** The peer grants the transfer. */
  default void onAccept(Accept accept) {}

  /** The peer turns the transfer down. */
  default void onReject(Reject reject) {}

  /**
   * How far the peer takes data.
   *
   * @param limit the first offset that must not be sent, at least 0
   */
  default void onWindow(long limit) {}

  /** The peer has sent everything. */
  default void onFinish(Finish finish) {}

  /** The peer has the file under its name. */
  default void onDone() {}

  /** To be answered from where it arrived, with the same number; any 64 bits. */
  default void onPathChallenge(long random) {}

  /** Answers a path challenge. */
  default void onPathResponse(long random) {}

  /** The peer has ended the connection; nothing is to be answered, nor what follows heeded. */
  default void onClose(Close close) {}
}
