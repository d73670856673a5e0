package dev.ferry.framing;

import java.nio.ByteBuffer;

/** Finds messages that are preceded by their length: four bytes, big-endian and unsigned. */
final class LengthDecoder extends HeaderedDecoder {
  static final int HEADER_BYTES = Integer.BYTES;

  /**
   * A decoder for a new stream.
   *
   * @param maxLength of a message, in bytes
   */
  LengthDecoder(int maxLength) {
    super(HEADER_BYTES, maxLength);
  }

  @Override
  long announcedLength(ByteBuffer header) {
    return Integer.toUnsignedLong(header.getInt());
  }
}
