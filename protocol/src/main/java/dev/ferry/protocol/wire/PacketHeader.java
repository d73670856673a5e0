package dev.ferry.protocol.wire;

import java.nio.ByteBuffer;

/**
 * The header of a protected packet, and the packet number that it cuts (protocol.md, section 7.3).
 * Stateless; allocates nothing. Buffers must be big-endian; reading does not move their position,
 * where the packet begins.
 */
public final class PacketHeader {
  /** The length of a header. */
  public static final int BYTES = 9;

  /** The smallest packet: a header, one byte of content and the tag. */
  public static final int MIN_PACKET_BYTES = BYTES + 1 + 16;

  /** The last number that a packet can have. */
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
   * @param phase the key phase, of which the lowest bit is written
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
   * Whether the datagram between position and limit can be a protected packet: it is long enough,
   * and its flags are known. The other methods may be called for such a one only.
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
   * The whole packet number: of those with these low bits the one that is nearest to one above the
   * largest, the greater of two equally near (RFC 9000, appendix A.3).
   *
   * @param largest the largest number that was seen in a genuine packet, at most {@link
   *     #MAX_NUMBER}; −1 if none was
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
