package dev.ferry.protocol.wire;

import java.nio.ByteBuffer;

/**
 * The header of a protected packet, and the packet number that it truncates (protocol.md, section
 * 7.3). Stateless; allocates nothing. Buffers must be big-endian. A packet begins at the buffer's
 * position, which reading does not move.
 */
public final class PacketHeader {
  /** The length of a header, in bytes. */
  public static final int BYTES = 9;

  /** The length of the smallest packet, in bytes: a header, one byte of content and the tag. */
  public static final int MIN_PACKET_BYTES = BYTES + 1 + 16;

  /** The largest packet number. */
  public static final long MAX_NUMBER = Varint.MAX;

  private static final int PROTECTED = 0x80;
  private static final int ODD_PHASE = 0x20;
  private static final int ID_AT = 1;
  private static final int NUMBER_AT = 5;

  private static final long WINDOW = 1L << 32;
  private static final long HALF_WINDOW = WINDOW / 2;

  private PacketHeader() {}

  /**
   * Writes a header at the buffer's position.
   *
   * @param phase the key phase, whose lowest bit is written
   * @param receiverId the id that the receiver chose
   * @param number 0 … {@link #MAX_NUMBER}
   * @throws java.nio.BufferOverflowException if fewer than {@link #BYTES} bytes remain
   */
  public static void write(ByteBuffer buffer, long phase, int receiverId, long number) {
    if (number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("not in 0 … 2^62 − 1: " + number);
    }
    buffer.put((byte) ((phase & 1) == 0 ? PROTECTED : PROTECTED | ODD_PHASE));
    buffer.putInt(receiverId).putInt((int) number);
  }

  /**
   * Whether the datagram between position and limit can be a protected packet, because it is long
   * enough and its flags are known. The other methods require this.
   */
  public static boolean isWellFormed(ByteBuffer packet) {
    return packet.remaining() >= MIN_PACKET_BYTES
        && (packet.get(packet.position()) | ODD_PHASE) == (byte) (PROTECTED | ODD_PHASE);
  }

  /** The lowest bit of the key phase, 0 or 1. */
  public static int phaseBit(ByteBuffer packet) {
    return (packet.get(packet.position()) & ODD_PHASE) == 0 ? 0 : 1;
  }

  /** The id of the receiver; any 32 bits. */
  public static int receiverId(ByteBuffer packet) {
    return packet.getInt(packet.position() + ID_AT);
  }

  /** The low 32 bits of the packet number. */
  public static int truncatedNumber(ByteBuffer packet) {
    return packet.getInt(packet.position() + NUMBER_AT);
  }

  /**
   * The whole packet number. Of all numbers with these low bits it is the one nearest to {@code
   * largest + 1}, and the greater of two equally near ones (RFC 9000, appendix A.3).
   *
   * @param largest the largest number in an authentic packet so far, at most {@link #MAX_NUMBER};
   *     −1 if there was none
   * @param truncated the low 32 bits
   * @return 0 … {@link #MAX_NUMBER}
   */
  public static long wholeNumber(long largest, int truncated) {
    long expected = largest + 1;
    long candidate = (expected & -WINDOW) | Integer.toUnsignedLong(truncated);
    if (candidate <= expected - HALF_WINDOW && candidate <= MAX_NUMBER - WINDOW) {
      return candidate + WINDOW;
    }
    boolean tooGreat = candidate > expected + HALF_WINDOW || candidate > MAX_NUMBER;
    return tooGreat && candidate >= WINDOW ? candidate - WINDOW : candidate;
  }
}
