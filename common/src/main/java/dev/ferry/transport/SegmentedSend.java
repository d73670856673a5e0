package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Hands the equal datagrams of a {@link Transmit} to the kernel in one call: UDP_SEGMENT (Linux
 * 4.18), also called generic segmentation offload. The network card cuts them apart, or the kernel
 * does it at last. The memory serves one call after the other, so one object serves all sockets of
 * a loop.
 */
final class SegmentedSend {
  static final int UDP_SEGMENT = 103;

  /** What the datagrams of one call have together at the most, as the kernel sees one in them. */
  private static final int MAX_BYTES = 65_535;

  // What is where in the memory.
  private static final int MESSAGE_AT = 0;
  private static final int VECTOR_AT = 56;
  private static final int CONTROL_AT = 72;
  private static final int NAME_AT = 96;
  private static final int CONTENT_AT = 128;

  private static final int CONTROL_LENGTH = MessageHeader.VALUE + Short.BYTES;
  private static final int CONTROL_SPACE = 24;

  private final SocketCalls calls;
  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(CONTENT_AT + MAX_BYTES).order(ByteOrder.nativeOrder());
  private final long address;

  SegmentedSend(SocketCalls calls) {
    this.calls = calls;
    this.address = calls.addressOf(memory);
    memory.putLong(MESSAGE_AT + MessageHeader.VECTORS, address + VECTOR_AT);
    memory.putLong(MESSAGE_AT + MessageHeader.VECTOR_COUNT, 1);
    memory.putLong(MESSAGE_AT + MessageHeader.CONTROL, address + CONTROL_AT);
    memory.putLong(MESSAGE_AT + MessageHeader.CONTROL_BYTES, CONTROL_SPACE);
    memory.putLong(VECTOR_AT, address + CONTENT_AT);
    memory.putLong(CONTROL_AT, CONTROL_LENGTH);
    memory.putInt(CONTROL_AT + MessageHeader.LEVEL, SocketCalls.SOL_UDP);
    memory.putInt(CONTROL_AT + MessageHeader.TYPE, UDP_SEGMENT);
  }

  /**
   * Sends the remaining datagrams of a transmit, all or none. They are not taken.
   *
   * @param to where to, unless the socket is connected
   * @param family of the socket
   * @return 0, or the error of the system
   */
  int send(int fd, Transmit transmit, @Nullable InetSocketAddress to, int family) {
    int nameBytes = to == null ? 0 : SocketAddresses.write(to, family, memory, NAME_AT);
    if (to != null && nameBytes == 0) {
      return SocketCalls.EAFNOSUPPORT;
    }
    ByteBuffer content = transmit.buffer();
    int bytes = content.remaining();
    memory.put(CONTENT_AT, content, content.position(), bytes);
    memory.putLong(VECTOR_AT + Long.BYTES, bytes);
    memory.putShort(CONTROL_AT + MessageHeader.VALUE, (short) transmit.segmentBytes());
    memory.putLong(MESSAGE_AT + MessageHeader.NAME, to == null ? 0 : address + NAME_AT);
    memory.putInt(MESSAGE_AT + MessageHeader.NAME_BYTES, nameBytes);
    while (calls.sendmsg(fd, address + MESSAGE_AT, SocketCalls.MSG_DONTWAIT) < 0) {
      int error = calls.lastError();
      if (error != SocketCalls.EINTR) {
        return error;
      }
    }
    return 0;
  }
}
