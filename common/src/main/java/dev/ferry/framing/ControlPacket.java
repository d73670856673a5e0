package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * A message of always 256 bytes: opcode (1), size (4, big-endian and unsigned), and text (251,
 * UTF-8 and then zeros).
 *
 * @param opcode what it is for
 * @param size 0 … 2^32 − 1
 * @param text at most {@value #MAX_TEXT_BYTES} bytes of UTF-8, without NUL
 */
public record ControlPacket(Opcode opcode, long size, String text) {
  /** The length of every packet. */
  public static final int BYTES = 256;

  /** The longest text, in bytes of UTF-8. */
  public static final int MAX_TEXT_BYTES = BYTES - 1 - Integer.BYTES;

  /** The largest size. */
  public static final long MAX_SIZE = 0xffff_ffffL;

  /** What a packet is for. */
  public enum Opcode {
    END(0),
    REQUEST(1),
    ACK(2),
    NAK(3);

    private final int code;

    Opcode(int code) {
      this.code = code;
    }
  }

  private static final Opcode[] OPCODES = Opcode.values();

  /**
   * Checks that it can be written, and read as the same.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public ControlPacket {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException("four bytes cannot say a size of " + size);
    }
    if (!UTF_8.newEncoder().canEncode(text) || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text with NUL or half a character");
    }
    if (text.getBytes(UTF_8).length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException("a text of more than " + MAX_TEXT_BYTES + " bytes");
    }
  }

  /**
   * As much of a text as a packet takes, never cut within a character. For what people read; a name
   * that is cut is another name.
   */
  public static String clip(String text) {
    byte[] bytes = text.replace('\0', '?').getBytes(UTF_8);
    int end = Math.min(bytes.length, MAX_TEXT_BYTES);
    while (end < bytes.length && isContinuation(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }

  /**
   * Writes the packet, {@value #BYTES} bytes.
   *
   * @throws java.nio.BufferOverflowException if they do not fit
   */
  public void encode(ByteBuffer out) {
    ByteBuffer packet = ByteBuffer.allocate(BYTES);
    packet.put((byte) opcode.code).putInt((int) size).put(text.getBytes(UTF_8));
    out.put(packet.rewind());
  }

  /**
   * Reads a packet.
   *
   * @param packet {@value #BYTES} bytes, big-endian
   * @throws MessageFormatException if they are none
   */
  public static ControlPacket decode(ByteBuffer packet) throws MessageFormatException {
    if (packet.remaining() != BYTES) {
      throw new MessageFormatException("a control packet of " + packet.remaining() + " bytes");
    }
    Opcode opcode = decodeOpcode(Byte.toUnsignedInt(packet.get()));
    long size = Integer.toUnsignedLong(packet.getInt());
    return new ControlPacket(opcode, size, decodeText(packet));
  }

  private static Opcode decodeOpcode(int code) throws MessageFormatException {
    for (Opcode opcode : OPCODES) {
      if (opcode.code == code) {
        return opcode;
      }
    }
    throw new MessageFormatException("a control packet with the opcode " + code);
  }

  private static String decodeText(ByteBuffer padded) throws MessageFormatException {
    int end = padded.limit();
    while (end > padded.position() && padded.get(end - 1) == 0) {
      end--;
    }
    String text;
    try {
      text = UTF_8.newDecoder().decode(padded.limit(end)).toString();
    } catch (CharacterCodingException e) {
      throw new MessageFormatException("a control packet with text that is not UTF-8");
    }
    if (text.indexOf('\0') >= 0) {
      throw new MessageFormatException("a control packet with something behind its text");
    }
    return text;
  }
}
