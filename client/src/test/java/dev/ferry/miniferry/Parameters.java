package dev.ferry.miniferry;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** What an end says of itself in the handshake (protocol section 7.4). */
final class Parameters {
  private static final int LARGEST_DATAGRAM = 1;
  private static final int UNHEARD_OF = 4000;
  private static final int LEAST_DATAGRAM_BYTES = 1200;

  private Parameters() {}

  /** The largest datagram, and one that nobody knows. */
  static byte[] of(int largestDatagramBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(LARGEST_DATAGRAM);
    out.write(2);
    out.write(0x40 | largestDatagramBytes >> 8);
    out.write(largestDatagramBytes);
    out.write(0x40 | UNHEARD_OF >> 8);
    out.write(UNHEARD_OF & 0xFF);
    out.write(1);
    out.write(0);
    return out.toByteArray();
  }

  /** The largest datagram in a list, or what holds without it. */
  static int datagramBytes(byte[] list) {
    ByteBuffer in = ByteBuffer.wrap(list);
    while (in.hasRemaining()) {
      long id = Frame.varint(in);
      int length = (int) Frame.varint(in);
      ByteBuffer value = in.slice(in.position(), length);
      in.position(in.position() + length);
      if (id == LARGEST_DATAGRAM) {
        return (int) Frame.varint(value);
      }
    }
    return LEAST_DATAGRAM_BYTES;
  }
}
