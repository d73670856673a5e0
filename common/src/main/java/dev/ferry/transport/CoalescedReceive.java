package dev.ferry.transport;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.util.Nanos;
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

  /** Has the kernel say of each message when it arrived, by the wall clock. */
  static final int SO_TIMESTAMPNS = 35;

  private static final long UNKNOWN = -1;

  /** How many messages are received in one call. */
  private static final int MESSAGES = 16;

  /** The largest number of datagrams that the kernel puts into a message (UDP_MAX_SEGMENTS). */
  private static final int MESSAGE_DATAGRAMS = 128;

  /** The largest number of datagrams that come from one call. */
  static final int MAX_DATAGRAMS = MESSAGES * MESSAGE_DATAGRAMS;

  /** More than the kernel ever puts into a message, so none is cut. */
  private static final int MESSAGE_BYTES = 1 << 16;

  // What is where in the memory, in which each message has a part of all kinds.
  private static final int HEADER_SPACE = 64;
  private static final int VECTOR_SPACE = 16;
  private static final int CONTROL_SPACE = 64;
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

  /** Of the message that is being taken apart: the length of its datagrams, 0 if there is one. */
  private int runBytes;

  /** When it arrived, by the wall clock. */
  private long arrivedNs;

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
    long nowNs = WallClock.epochNanos();
    for (int i = 0; i < messages; i++) {
      readControl(i);
      int bytes = memory.getInt(i * HEADER_SPACE + MessageHeader.RECEIVED_BYTES);
      InetSocketAddress sender = peer == null ? sender(NAMES_AT + i * NAME_SPACE) : peer;
      // As with Java's own sockets, an empty datagram of the only peer is none.
      if (sender != null && (bytes > 0 || peer == null)) {
        split(i, bytes, sender, waitedNs(nowNs), batch);
      }
    }
    return 0;
  }

  /** How long the message has waited; the wall clock may have been set meanwhile. */
  private long waitedNs(long nowNs) {
    return arrivedNs == UNKNOWN ? 0 : Math.max(0, nowNs - arrivedNs);
  }

  private void split(
      int message, int bytes, InetSocketAddress sender, long waitedNs, ReceiveBatch batch) {
    int start = message * MESSAGE_BYTES;
    int end = start + bytes;
    int each = runBytes > 0 ? runBytes : Math.max(1, bytes);
    int count = 0;
    do {
      batch.add(content, start, Math.min(start + each, end), sender, waitedNs);
      start += each;
      count++;
    } while (start < end && count < MESSAGE_DATAGRAMS);
  }

  /** Reads what the kernel says of a message: when it arrived, and how long its parts are. */
  private void readControl(int message) {
    runBytes = 0;
    arrivedNs = UNKNOWN;
    int at = CONTROLS_AT + message * CONTROL_SPACE;
    long end = at + memory.getLong(message * HEADER_SPACE + MessageHeader.CONTROL_BYTES);
    while (at + MessageHeader.VALUE < end) {
      int value = at + MessageHeader.VALUE;
      int level = memory.getInt(at + MessageHeader.LEVEL);
      int type = memory.getInt(at + MessageHeader.TYPE);
      if (level == SocketCalls.SOL_UDP && type == UDP_GRO) {
        runBytes = memory.getInt(value);
      } else if (level == SocketCalls.SOL_SOCKET && type == SO_TIMESTAMPNS) {
        arrivedNs = memory.getLong(value) * Nanos.SECOND + memory.getLong(value + Long.BYTES);
      }
      at += MessageHeader.space(memory.getLong(at));
    }
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
