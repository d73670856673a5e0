package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.wire.Varint;
import java.nio.ByteBuffer;

/**
 * Writes frames at a buffer's position (protocol.md, section 10). Each frame is written as a whole
 * if it fits before the limit, otherwise not at all; every method returns whether it fitted. Sizes
 * are in bytes. Only {@link #frame} allocates. Stateless. Buffers must be big-endian.
 */
public final class FrameWriter {
  /** The size of a ping and of a done. */
  public static final int PING_BYTES = 1;

  /** The size of a data frame without its content. */
  public static final int DATA_HEADER_BYTES = 7;

  /** The size of a window, a path challenge and a path response. */
  public static final int WINDOW_BYTES = 9;

  /** The size of the largest ack. */
  public static final int MAX_ACK_BYTES = 2 + Varint.MAX_BYTES * (1 + 2 * AckRanges.MAX_RANGES);

  private FrameWriter() {}

  /** Writes a ping. */
  public static boolean ping(ByteBuffer buffer) {
    return typeOnly(Frame.Type.PING, buffer);
  }

  /** Fills the buffer with padding, up to its limit. */
  public static void padding(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      Frame.Type.PADDING.encode(buffer);
    }
  }

  /** Writes a done. */
  public static boolean done(ByteBuffer buffer) {
    return typeOnly(Frame.Type.DONE, buffer);
  }

  private static boolean typeOnly(Frame.Type type, ByteBuffer buffer) {
    if (!buffer.hasRemaining()) {
      return false;
    }
    type.encode(buffer);
    return true;
  }

  /**
   * Writes an acknowledgement.
   *
   * @param acked at least one range
   * @param delayUs how long the acknowledgement of the largest number was delayed, in microseconds,
   *     0 … {@link Varint#MAX}
   */
  public static boolean ack(AckRanges acked, long delayUs, ByteBuffer buffer) {
    if (buffer.remaining() < ackBytes(acked, delayUs)) {
      return false;
    }
    Frame.Type.ACK.encode(buffer);
    Varint.write(acked.largest(0), buffer);
    Varint.write(delayUs, buffer);
    Varint.write(acked.count() - 1, buffer);
    Varint.write(acked.largest(0) - acked.smallest(0), buffer);
    for (int i = 1; i < acked.count(); i++) {
      Varint.write(acked.smallest(i - 1) - acked.largest(i) - 2, buffer);
      Varint.write(acked.largest(i) - acked.smallest(i), buffer);
    }
    return true;
  }

  /** The size of an acknowledgement; the parameters are those of {@link #ack}. */
  public static int ackBytes(AckRanges acked, long delayUs) {
    int bytes = 1 + Varint.bytes(acked.largest(0)) + Varint.bytes(delayUs);
    bytes += Varint.bytes(acked.count() - 1);
    bytes += Varint.bytes(acked.largest(0) - acked.smallest(0));
    for (int i = 1; i < acked.count(); i++) {
      bytes += Varint.bytes(acked.smallest(i - 1) - acked.largest(i) - 2);
      bytes += Varint.bytes(acked.largest(i) - acked.smallest(i));
    }
    return bytes;
  }

  /**
   * Writes a data frame without its content, {@value #DATA_HEADER_BYTES} bytes. The caller appends
   * the content: at least one byte, up to the end of the packet.
   *
   * @param offset the position in the file, 0 … {@link FileAttributes#MAX_SIZE_BYTES} minus the
   *     content's length
   * @return whether the header and one byte of content fit
   */
  public static boolean dataHeader(long offset, ByteBuffer buffer) {
    if (offset < 0 || offset >= FileAttributes.MAX_SIZE_BYTES) {
      throw new IllegalArgumentException("no offset: " + offset);
    }
    if (buffer.remaining() < DATA_HEADER_BYTES + 1) {
      return false;
    }
    Frame.Type.DATA.encode(buffer).putShort((short) (offset >>> Integer.SIZE)).putInt((int) offset);
    return true;
  }

  /**
   * Writes a window.
   *
   * @param limit the first offset that must not be sent, at least 0
   */
  public static boolean window(long limit, ByteBuffer buffer) {
    if (limit < 0) {
      throw new IllegalArgumentException("negative: " + limit);
    }
    return withNumber(Frame.Type.WINDOW, limit, buffer);
  }

  /** Writes a path challenge. */
  public static boolean pathChallenge(long random, ByteBuffer buffer) {
    return withNumber(Frame.Type.PATH_CHALLENGE, random, buffer);
  }

  /** Writes the response to a path challenge, which has the same number. */
  public static boolean pathResponse(long random, ByteBuffer buffer) {
    return withNumber(Frame.Type.PATH_RESPONSE, random, buffer);
  }

  private static boolean withNumber(Frame.Type type, long number, ByteBuffer buffer) {
    if (buffer.remaining() < WINDOW_BYTES) {
      return false;
    }
    type.encode(buffer).putLong(number);
    return true;
  }

  /** Writes a frame of one of the rarer types. */
  public static boolean frame(Frame frame, ByteBuffer buffer) {
    if (buffer.remaining() < frame.encodedBytes()) {
      return false;
    }
    frame.encode(buffer);
    return true;
  }
}
