package dev.ferry.protocol.util;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable sequence of bytes, compared by content. Thread-safe. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of an array. */
  public static Bytes copyOf(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** A copy of the bytes between a buffer's position and limit, neither of which moves. */
  public static Bytes copyOf(ByteBuffer buffer) {
    return read(buffer.duplicate(), buffer.remaining());
  }

  /** Reads {@code length} bytes at a buffer's position; as many must remain. */
  public static Bytes read(ByteBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return new Bytes(bytes);
  }

  /** Writes the bytes at a buffer's position. */
  public void write(ByteBuffer buffer) {
    buffer.put(bytes);
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** A copy as an array. */
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes as hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
