package dev.ferry.transport;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Internet addresses as Linux's system calls have them: {@code sockaddr_in} and {@code
 * sockaddr_in6}. A socket for IPv6 has IPv4 addresses as mapped ones (RFC 4291, section 2.5.5.2).
 */
final class SocketAddresses {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  /** The length of the longer one. */
  static final int MAX_BYTES = 28;

  private static final int IPV4_BYTES = 16;
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_FLOW = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV6_SCOPE = 24;
  private static final int IPV6_ADDRESS_BYTES = 16;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private SocketAddresses() {}

  /**
   * Writes an address.
   *
   * @param family of the socket, {@link #AF_INET} or {@link #AF_INET6}
   * @param memory in the machine's order of bytes
   * @return its length in bytes; 0 if a socket of that family cannot send there
   */
  static int write(InetSocketAddress address, int family, ByteBuffer memory, int at) {
    InetAddress host = address.getAddress();
    memory.putShort(at, (short) family);
    putPort(memory, at + PORT, address.getPort());
    if (family == AF_INET) {
      if (!(host instanceof Inet4Address)) {
        return 0;
      }
      memory.put(at + IPV4_ADDRESS, host.getAddress());
      memory.putLong(at + IPV4_ADDRESS + Integer.BYTES, 0);
      return IPV4_BYTES;
    }
    memory.putInt(at + IPV6_FLOW, 0);
    memory.putInt(at + IPV6_SCOPE, 0);
    if (host instanceof Inet6Address ipv6) {
      memory.put(at + IPV6_ADDRESS, host.getAddress());
      memory.putInt(at + IPV6_SCOPE, ipv6.getScopeId());
    } else {
      memory.put(at + IPV6_ADDRESS, MAPPED);
      memory.put(at + IPV6_ADDRESS + MAPPED.length, host.getAddress());
    }
    return MAX_BYTES;
  }

  /**
   * Reads an address that the kernel has written.
   *
   * @param memory in the machine's order of bytes
   * @return null if it is none of the two kinds
   */
  static @Nullable InetSocketAddress read(ByteBuffer memory, int at) {
    try {
      return switch (memory.getShort(at)) {
        case AF_INET -> new InetSocketAddress(readIpv4(memory, at), port(memory, at + PORT));
        case AF_INET6 -> new InetSocketAddress(readIpv6(memory, at), port(memory, at + PORT));
        default -> null;
      };
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of another length", e);
    }
  }

  private static InetAddress readIpv4(ByteBuffer memory, int at) throws UnknownHostException {
    byte[] address = new byte[Integer.BYTES];
    memory.get(at + IPV4_ADDRESS, address);
    return InetAddress.getByAddress(address);
  }

  /** A mapped address becomes one of IPv4. */
  private static InetAddress readIpv6(ByteBuffer memory, int at) throws UnknownHostException {
    byte[] address = new byte[IPV6_ADDRESS_BYTES];
    memory.get(at + IPV6_ADDRESS, address);
    int scope = memory.getInt(at + IPV6_SCOPE);
    return scope == 0
        ? InetAddress.getByAddress(address)
        : Inet6Address.getByAddress(null, address, scope);
  }

  private static void putPort(ByteBuffer memory, int at, int port) {
    memory.putShort(at, inNetworkOrder(memory, (short) port));
  }

  private static int port(ByteBuffer memory, int at) {
    return Short.toUnsignedInt(inNetworkOrder(memory, memory.getShort(at)));
  }

  private static short inNetworkOrder(ByteBuffer memory, short value) {
    return memory.order() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }
}
