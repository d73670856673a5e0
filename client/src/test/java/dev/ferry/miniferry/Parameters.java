package dev.ferry.miniferry;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** What an end says of itself in the handshake (protocol section 7.4). */
final class Parameters {
  private static final int LARGEST_DATAGRAM = 1;
  private static final int CONGESTION_CONTROL = 9;
  private static final int UNHEARD_OF = 4000;
  private static final int LEAST_DATAGRAM_BYTES = 1200;

  private Parameters() {}

  /**
   * The largest datagram, what is asked of the sender, and one that nobody knows.
   *
   * @param congestionControl 0 to ask for nothing
   */
  static byte[] of(int largestDatagramBytes, int congestionControl) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(LARGEST_DATAGRAM);
    out.write(2);
    out.write(0x40 | largestDatagramBytes >> 8);
    out.write(largestDatagramBytes);
    if (congestionControl > 0) {
      out.write(CONGESTION_CONTROL);
      out.write(1);
      out.write(congestionControl);
    }
    out.write(0x40 | UNHEARD_OF >> 8);
    out.write(UNHEARD_OF & 0xFF);
    out.write(1);
    out.write(0);
    return out.toByteArray();
  }

  /** The largest datagram in a list, or what holds without it. */
  static int datagramBytes(byte[] list) {
    return find(LARGEST_DATAGRAM, list, LEAST_DATAGRAM_BYTES);
  }

  /** The congestion control that a list asks for; 0 if it asks for none. */
  static int congestionControl(byte[] list) {
    return find(CONGESTION_CONTROL, list, 0);
  }

  private static int find(int wanted, byte[] list, int otherwise) {
    ByteBuffer in = ByteBuffer.wrap(list);
    while (in.hasRemaining()) {
      long id = Frame.varint(in);
      int length = (int) Frame.varint(in);
      ByteBuffer value = in.slice(in.position(), length);
      in.position(in.position() + length);
      if (id == wanted) {
        return (int) Frame.varint(value);
      }
    }
    return otherwise;
  }
}
