package dev.ferry.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.util.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads the fields of packets and frames at a buffer's position, and fails instead of reading
 * beyond its limit. Allocates only after it has checked that enough bytes are there.
 */
public final class Fields {
  private Fields() {}

  /** Fails unless a condition holds. */
  public static void require(boolean condition) throws MalformedException {
    if (!condition) {
      throw new MalformedException();
    }
  }

  private static void requireBytes(ByteBuffer buffer, int bytes) throws MalformedException {
    require(buffer.remaining() >= bytes);
  }

  /** One byte, 0 … 255. */
  public static int uint8(ByteBuffer buffer) throws MalformedException {
    requireBytes(buffer, Byte.BYTES);
    return Byte.toUnsignedInt(buffer.get());
  }

  /** Two bytes, 0 … 65535. */
  public static int uint16(ByteBuffer buffer) throws MalformedException {
    requireBytes(buffer, Short.BYTES);
    return Short.toUnsignedInt(buffer.getShort());
  }

  /** Four bytes, signed. */
  public static int int32(ByteBuffer buffer) throws MalformedException {
    requireBytes(buffer, Integer.BYTES);
    return buffer.getInt();
  }

  /** Six bytes, 0 … 2^48 − 1. */
  public static long uint48(ByteBuffer buffer) throws MalformedException {
    requireBytes(buffer, Short.BYTES + Integer.BYTES);
    long high = Short.toUnsignedLong(buffer.getShort());
    return high << Integer.SIZE | Integer.toUnsignedLong(buffer.getInt());
  }

  /** Eight bytes, signed. */
  public static long int64(ByteBuffer buffer) throws MalformedException {
    requireBytes(buffer, Long.BYTES);
    return buffer.getLong();
  }

  /** A varint, 0 … 2^62 − 1. */
  public static long varint(ByteBuffer buffer) throws MalformedException {
    long number = Varint.read(buffer);
    require(number != Varint.TRUNCATED);
    return number;
  }

  /** A copy of {@code length} bytes. */
  public static Bytes bytes(ByteBuffer buffer, int length) throws MalformedException {
    requireBytes(buffer, length);
    return Bytes.read(buffer, length);
  }

  /** {@code length} bytes of UTF-8. */
  public static String text(ByteBuffer buffer, int length) throws MalformedException {
    requireBytes(buffer, length);
    ByteBuffer text = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    try {
      return UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException();
    }
  }
}
