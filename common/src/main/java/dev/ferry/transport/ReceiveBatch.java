package dev.ferry.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that arrived together, one behind the other in one buffer. A socket fills it: {@link
 * #room} and {@link #add}, until it {@link #isFull}. Reused from batch to batch. Not thread-safe.
 */
final class ReceiveBatch {
  /** How many datagrams are taken before others have their turn. */
  static final int MAX_DATAGRAMS = 64;

  private static final int LARGEST_DATAGRAM_BYTES = 65_535;

  /** What 64 datagrams of an Ethernet take, and then one of the largest that there are. */
  private static final int CAPACITY_BYTES = (160 << 10) + 1;

  private final ByteBuffer filling = ByteBuffer.allocateDirect(CAPACITY_BYTES);
  private final ByteBuffer reading = filling.duplicate();
  private final int[] ends = new int[MAX_DATAGRAMS];
  private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[MAX_DATAGRAMS];
  private int datagrams;

  private int endBytes() {
    return datagrams == 0 ? 0 : ends[datagrams - 1];
  }

  /** Empties it. */
  void clear() {
    datagrams = 0;
  }

  /** How many datagrams there are. */
  int datagrams() {
    return datagrams;
  }

  /** Whether there is no room for another datagram of any size. */
  boolean isFull() {
    return datagrams == MAX_DATAGRAMS || CAPACITY_BYTES - endBytes() < LARGEST_DATAGRAM_BYTES;
  }

  /** Where the next datagram goes, from the buffer's position on; only if it is not full. */
  ByteBuffer room() {
    return filling.clear().position(endBytes());
  }

  /** What has been put there, up to the buffer's position, is a datagram. */
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
