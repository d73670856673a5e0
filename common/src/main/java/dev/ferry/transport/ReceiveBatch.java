package dev.ferry.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that arrived together, back to back in one buffer. A socket fills it with {@link #room}
 * and {@link #add}, until it {@link #isFull}. Reused from batch to batch.
 */
final class ReceiveBatch {
  /** The largest number of datagrams in a batch, so that other transports get their turn. */
  static final int MAX_DATAGRAMS = 64;

  private static final int LARGEST_DATAGRAM_BYTES = 65_535;

  /** Room for 64 datagrams of Ethernet's size and one of the largest size. */
  private static final int CAPACITY_BYTES = (160 << 10) + 1;

  private final ByteBuffer filling = ByteBuffer.allocateDirect(CAPACITY_BYTES);
  private final ByteBuffer reading = filling.duplicate();
  private final int[] ends = new int[MAX_DATAGRAMS];
  private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[MAX_DATAGRAMS];
  private int datagrams;

  private int endBytes() {
    return datagrams == 0 ? 0 : ends[datagrams - 1];
  }

  /** Removes all datagrams. */
  void clear() {
    datagrams = 0;
  }

  /** The number of datagrams. */
  int datagrams() {
    return datagrams;
  }

  /** Whether there is no room for another datagram of any size. */
  boolean isFull() {
    return datagrams == MAX_DATAGRAMS || CAPACITY_BYTES - endBytes() < LARGEST_DATAGRAM_BYTES;
  }

  /** The buffer for the next datagram, from its position on; only if the batch is not full. */
  ByteBuffer room() {
    return filling.clear().position(endBytes());
  }

  /**
   * Adds the bytes up to the buffer's position as a datagram. A socket that receives several
   * datagrams in one call starts with an empty batch, and then, for each of them, sets the position
   * to its end and calls this method.
   */
  void add(InetSocketAddress sender) {
    ends[datagrams] = filling.position();
    senders[datagrams] = sender;
    datagrams++;
  }

  /**
   * A datagram, between position and limit of a buffer that is valid until the next call.
   *
   * @param index 0 … {@link #datagrams} − 1
   */
  ByteBuffer datagram(int index) {
    return reading.limit(ends[index]).position(index == 0 ? 0 : ends[index - 1]);
  }

  /** The sender of a datagram. */
  InetSocketAddress sender(int index) {
    InetSocketAddress sender = senders[index];
    if (sender == null) {
      throw new IllegalArgumentException("no datagram " + index);
    }
    return sender;
  }
}
