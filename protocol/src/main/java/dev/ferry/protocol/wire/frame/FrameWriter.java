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
  /** The size of a ping. */
  public static final int PING_BYTES = 1;

  /** The size of a data frame of the first file without its content. */
  private static final int DATA_HEADER_BYTES = 7;

  /** The size of a path challenge and a path response. */
  public static final int PATH_BYTES = 9;

  /** The size of the largest ack. */
  public static final int MAX_ACK_BYTES = 2 + Varint.MAX_BYTES * (4 + 2 * AckRanges.MAX_RANGES);

  private FrameWriter() {}

  /** Writes a ping. */
  public static boolean ping(ByteBuffer buffer) {
    if (!buffer.hasRemaining()) {
      return false;
    }
    Frame.Type.PING.encode(buffer);
    return true;
  }

  /** Fills the buffer with padding, up to its limit. */
  public static void padding(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      Frame.Type.PADDING.encode(buffer);
    }
  }

  /** Writes a done. */
  public static boolean done(long fileId, ByteBuffer buffer) {
    if (buffer.remaining() < doneBytes(fileId)) {
      return false;
    }
    Varint.write(fileId, Frame.Type.DONE.encode(buffer));
    return true;
  }

  /** The size of a done. */
  public static int doneBytes(long fileId) {
    return 1 + Varint.bytes(fileId);
  }

  /**
   * Writes an acknowledgement.
   *
   * @param acked at least one range
   * @param times when they arrived
   */
  public static boolean ack(AckRanges acked, AckTimes times, ByteBuffer buffer) {
    if (buffer.remaining() < ackBytes(acked, times)) {
      return false;
    }
    Frame.Type.ACK.encode(buffer);
    Varint.write(acked.largest(0), buffer);
    Varint.write(times.delayUs(), buffer);
    Varint.write(acked.count() - 1, buffer);
    Varint.write(acked.largest(0) - acked.smallest(0), buffer);
    for (int i = 1; i < acked.count(); i++) {
      Varint.write(acked.smallest(i - 1) - acked.largest(i) - 2, buffer);
      Varint.write(acked.largest(i) - acked.smallest(i), buffer);
    }
    Varint.write(times.arrivedUs(), buffer);
    Varint.write(times.trainNumbers(), buffer);
    Varint.write(times.trainUs(), buffer);
    return true;
  }

  /** The size of an acknowledgement; the parameters are those of {@link #ack}. */
  public static int ackBytes(AckRanges acked, AckTimes times) {
    int bytes = 1 + Varint.bytes(acked.largest(0)) + Varint.bytes(times.delayUs());
    bytes += Varint.bytes(times.arrivedUs()) + Varint.bytes(times.trainNumbers());
    bytes += Varint.bytes(times.trainUs());
    bytes += Varint.bytes(acked.count() - 1);
    bytes += Varint.bytes(acked.largest(0) - acked.smallest(0));
    for (int i = 1; i < acked.count(); i++) {
      bytes += Varint.bytes(acked.smallest(i - 1) - acked.largest(i) - 2);
      bytes += Varint.bytes(acked.largest(i) - acked.smallest(i));
    }
    return bytes;
  }

  /**
   * Writes a data frame without its content. The caller appends the content: at least one byte, up
   * to the end of the packet.
   *
   * @param fileId the number of the file; the first one costs nothing
   * @param offset the position in the file, 0 … {@link FileAttributes#MAX_SIZE_BYTES} minus the
   *     content's length
   * @return whether the header and one byte of content fit
   */
  public static boolean dataHeader(long fileId, long offset, ByteBuffer buffer) {
    if (offset < 0 || offset >= FileAttributes.MAX_SIZE_BYTES) {
      throw new IllegalArgumentException("no offset: " + offset);
    }
    if (buffer.remaining() < dataHeaderBytes(fileId) + 1) {
      return false;
    }
    if (fileId == Frame.FIRST_FILE) {
      Frame.Type.DATA.encode(buffer);
    } else {
      Varint.write(fileId, Frame.Type.DATA_OF_FILE.encode(buffer));
    }
    buffer.putShort((short) (offset >>> Integer.SIZE)).putInt((int) offset);
    return true;
  }

  /** The size of a data frame without its content. */
  public static int dataHeaderBytes(long fileId) {
    return fileId == Frame.FIRST_FILE
        ? DATA_HEADER_BYTES
        : DATA_HEADER_BYTES + Varint.bytes(fileId);
  }

  /**
   * Writes the header of data that other frames may follow; the caller appends the content.
   *
   * @param offset the position in the file, 0 … {@link FileAttributes#MAX_SIZE_BYTES} minus the
   *     length
   * @param length of the content in bytes, above 0
   * @return whether the header and the content fit
   */
  public static boolean shortDataHeader(long fileId, long offset, int length, ByteBuffer buffer) {
    if (offset < 0 || length <= 0 || offset > FileAttributes.MAX_SIZE_BYTES - length) {
      throw new IllegalArgumentException("no content: " + length + " bytes from " + offset);
    }
    if (buffer.remaining() < shortDataHeaderBytes(fileId, offset, length) + length) {
      return false;
    }
    Varint.write(fileId, Frame.Type.SHORT_DATA.encode(buffer));
    Varint.write(offset, buffer);
    Varint.write(length, buffer);
    return true;
  }

  /** The size of short data without its content. */
  public static int shortDataHeaderBytes(long fileId, long offset, int length) {
    return 1 + Varint.bytes(fileId) + Varint.bytes(offset) + Varint.bytes(length);
  }

  /**
   * Writes a window.
   *
   * @param limit the first offset that must not be sent, at least 0
   */
  public static boolean window(long fileId, long limit, ByteBuffer buffer) {
    if (limit < 0) {
      throw new IllegalArgumentException("negative: " + limit);
    }
    if (buffer.remaining() < windowBytes(fileId)) {
      return false;
    }
    Varint.write(fileId, Frame.Type.WINDOW.encode(buffer));
    buffer.putLong(limit);
    return true;
  }

  /** The size of a window. */
  public static int windowBytes(long fileId) {
    return 1 + Varint.bytes(fileId) + Long.BYTES;
  }

  /**
   * Writes a cap on the rate of content.
   *
   * @param bytesPerSecond 0 … {@link Varint#MAX}; 0 for none
   */
  public static boolean maxRate(long bytesPerSecond, ByteBuffer buffer) {
    if (buffer.remaining() < maxRateBytes(bytesPerSecond)) {
      return false;
    }
    Varint.write(bytesPerSecond, Frame.Type.MAX_RATE.encode(buffer));
    return true;
  }

  /** The size of a cap on the rate. */
  public static int maxRateBytes(long bytesPerSecond) {
    return 1 + Varint.bytes(bytesPerSecond);
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
    if (buffer.remaining() < PATH_BYTES) {
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
