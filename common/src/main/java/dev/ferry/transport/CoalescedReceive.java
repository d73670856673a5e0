package dev.ferry.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Takes many datagrams from the kernel in one call: {@code recvmmsg(2)} for several messages, and
 * UDP_GRO (Linux 5.0), generic receive offload, by which a message is a whole run of equal
 * datagrams of one sender. The memory serves one call after the other, so one object serves all
 * sockets of a loop.
 */
final class CoalescedReceive {
  static final int UDP_GRO = 104;

  /** How many messages are received in one call. */
  private static final int MESSAGES = 4;

  /** The largest number of datagrams that the kernel puts into a message (UDP_MAX_SEGMENTS). */
  private static final int MESSAGE_DATAGRAMS = 128;

  /** The largest number of datagrams that come from one call. */
  static final int MAX_DATAGRAMS = MESSAGES * MESSAGE_DATAGRAMS;

  /** More than the kernel ever puts into a message, so none is cut. */
  private static final int MESSAGE_BYTES = 1 << 16;

  // What is where in the memory, in which each message has a part of all kinds.
  private static final int HEADER_SPACE = 64;
  private static final int VECTOR_SPACE = 16;
  private static final int CONTROL_SPACE = 32;
  private static final int NAME_SPACE = 32;
  private static final int VECTORS_AT = MESSAGES * HEADER_SPACE;
  private static final int CONTROLS_AT = VECTORS_AT + MESSAGES * VECTOR_SPACE;
  private static final int NAMES_AT = CONTROLS_AT + MESSAGES * CONTROL_SPACE;
  private static final int MEMORY_BYTES = NAMES_AT + MESSAGES * NAME_SPACE;

  private final SocketCalls calls;
  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(MEMORY_BYTES).order(ByteOrder.nativeOrder());
  private final ByteBuffer content = ByteBuffer.allocateDirect(MESSAGES * MESSAGE_BYTES);
  private final long address;

  /** Whose datagrams came last, and how the kernel says so; most come in rows. */
  private @Nullable InetSocketAddress lastSender;

  private final ByteBuffer lastName =
      ByteBuffer.allocate(NAME_SPACE).order(ByteOrder.nativeOrder());

  CoalescedReceive(SocketCalls calls) {
    this.calls = calls;
    this.address = calls.addressOf(memory);
    long contentAddress = calls.addressOf(content);
    for (int i = 0; i < MESSAGES; i++) {
      int header = i * HEADER_SPACE;
      int vector = VECTORS_AT + i * VECTOR_SPACE;
      memory.putLong(header + MessageHeader.VECTORS, address + vector);
      memory.putLong(header + MessageHeader.VECTOR_COUNT, 1);
      memory.putLong(
          header + MessageHeader.CONTROL, address + CONTROLS_AT + (long) i * CONTROL_SPACE);
      memory.putLong(vector, contentAddress + (long) i * MESSAGE_BYTES);
      memory.putLong(vector + Long.BYTES, MESSAGE_BYTES);
    }
  }

  /**
   * Adds what has arrived, or as much of it as one call takes, to a batch. The memory of these
   * datagrams is that of the next call.
   *
   * @param peer whom the socket is connected to; null if it is not
   * @return 0, or the error of the system
   */
  int receive(int fd, @Nullable InetSocketAddress peer, ReceiveBatch batch) {
    for (int i = 0; i < MESSAGES; i++) {
      int header = i * HEADER_SPACE;
      memory.putLong(
          header + MessageHeader.NAME,
          peer == null ? address + NAMES_AT + (long) i * NAME_SPACE : 0);
      memory.putInt(header + MessageHeader.NAME_BYTES, peer == null ? NAME_SPACE : 0);
      memory.putLong(header + MessageHeader.CONTROL_BYTES, CONTROL_SPACE);
    }
    int messages = calls.recvmmsg(fd, address, MESSAGES, SocketCalls.MSG_DONTWAIT);
    while (messages < 0) {
      int error = calls.lastError();
      if (error != SocketCalls.EINTR) {
        return error;
      }
      messages = calls.recvmmsg(fd, address, MESSAGES, SocketCalls.MSG_DONTWAIT);
    }
    for (int i = 0; i < messages; i++) {
      int bytes = memory.getInt(i * HEADER_SPACE + MessageHeader.RECEIVED_BYTES);
      InetSocketAddress sender = peer == null ? sender(NAMES_AT + i * NAME_SPACE) : peer;
      // As with Java's own sockets, an empty datagram of the only peer is none.
      if (sender != null && (bytes > 0 || peer == null)) {
        split(i, bytes, sender, batch);
      }
    }
    return 0;
  }

  private void split(int message, int bytes, InetSocketAddress sender, ReceiveBatch batch) {
    int start = message * MESSAGE_BYTES;
    int end = start + bytes;
    int each = datagramBytes(message, bytes);
    int count = 0;
    do {
      batch.add(content, start, Math.min(start + each, end), sender);
      start += each;
      count++;
    } while (start < end && count < MESSAGE_DATAGRAMS);
  }

  /** The length of the datagrams in a message, of which the last may be shorter. */
  private int datagramBytes(int message, int bytes) {
    int control = CONTROLS_AT + message * CONTROL_SPACE;
    boolean isRun =
        memory.getLong(message * HEADER_SPACE + MessageHeader.CONTROL_BYTES)
                >= MessageHeader.VALUE + Integer.BYTES
            && memory.getInt(control + MessageHeader.LEVEL) == SocketCalls.SOL_UDP
            && memory.getInt(control + MessageHeader.TYPE) == UDP_GRO;
    int each = isRun ? memory.getInt(control + MessageHeader.VALUE) : bytes;
    return each > 0 ? each : Math.max(1, bytes);
  }

  private @Nullable InetSocketAddress sender(int name) {
    InetSocketAddress last = lastSender;
    if (last != null && isLast(name)) {
      return last;
    }
    InetSocketAddress read = SocketAddresses.read(memory, name);
    lastName.put(0, memory, name, NAME_SPACE);
    lastSender = read;
    return read;
  }

  private boolean isLast(int name) {
    for (int i = 0; i < NAME_SPACE; i += Long.BYTES) {
      if (memory.getLong(name + i) != lastName.getLong(i)) {
        return false;
      }
    }
    return true;
  }
}
