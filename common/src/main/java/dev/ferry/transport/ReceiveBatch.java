package dev.ferry.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that arrived together. A socket fills it, either one by one with {@link #room} and
 * {@link #add(InetSocketAddress)}, until it {@link #isFull}, or from memory of its own. Reused from
 * batch to batch.
 */
final class ReceiveBatch {
  /** How many datagrams are received one by one, before other transports get their turn. */
  static final int MAX_DATAGRAMS = 64;

  private static final int LARGEST_DATAGRAM_BYTES = 65_535;

  /** Room for 64 datagrams of Ethernet's size and one of the largest size. */
  private static final int CAPACITY_BYTES = (160 << 10) + 1;

  private static final int CAPACITY = MAX_DATAGRAMS + CoalescedReceive.MAX_DATAGRAMS;

  private final ByteBuffer filling = ByteBuffer.allocateDirect(CAPACITY_BYTES);
  private final ByteBuffer filled = filling.duplicate();
  private final @Nullable ByteBuffer[] memories = new ByteBuffer[CAPACITY];
  private final int[] starts = new int[CAPACITY];
  private final int[] ends = new int[CAPACITY];
  private final long[] waited = new long[CAPACITY];
  private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[CAPACITY];
  private int datagrams;
  private int filledBytes;

  /** Removes all datagrams. */
  void clear() {
    datagrams = 0;
    filledBytes = 0;
  }

  /** The number of datagrams. */
  int datagrams() {
    return datagrams;
  }

  /** Whether there is no {@link #room} for another datagram of any size. */
  boolean isFull() {
    return datagrams >= MAX_DATAGRAMS || CAPACITY_BYTES - filledBytes < LARGEST_DATAGRAM_BYTES;
  }

  /** The buffer for the next datagram, from its position on; only if the batch is not full. */
  ByteBuffer room() {
    return filling.clear().position(filledBytes);
  }

  /** Adds the bytes up to the position of {@link #room} as a datagram. */
  void add(InetSocketAddress sender) {
    add(filled, filledBytes, filling.position(), sender, 0);
    filledBytes = filling.position();
  }

  /**
   * Adds a datagram that is somewhere else.
   *
   * @param memory stays as it is until the batch is cleared; its position and limit are the batch's
   * @param start the datagram's first byte in it
   * @param end the byte behind the datagram
   * @param waitedNs how long ago it arrived, as far as that is known, 0 or more
   */
  void add(ByteBuffer memory, int start, int end, InetSocketAddress sender, long waitedNs) {
    waited[datagrams] = waitedNs;
    memories[datagrams] = memory;
    starts[datagrams] = start;
    ends[datagrams] = end;
    senders[datagrams] = sender;
    datagrams++;
  }

  /**
   * A datagram, between position and limit of a buffer that is valid until the next call.
   *
   * @param index 0 … {@link #datagrams} − 1
   */
  ByteBuffer datagram(int index) {
    return present(memories[index], index).limit(ends[index]).position(starts[index]);
  }

  /** How long a datagram has waited in the socket, in nanoseconds; 0 if that is not known. */
  long waitedNs(int index) {
    return waited[index];
  }

  /** The sender of a datagram. */
  InetSocketAddress sender(int index) {
    return present(senders[index], index);
  }

  private static <T> T present(@Nullable T value, int index) {
    if (value == null) {
      throw new IllegalArgumentException("no datagram " + index);
    }
    return value;
  }
}
