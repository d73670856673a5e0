package dev.ferry.protocol.util;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The sizes of UDP datagrams, all in bytes. */
public final class Udp {
  /** The largest payload of a datagram over IPv4. */
  public static final int MAX_PAYLOAD_BYTES = 65_507;

  /** A payload that every path carries, as far as this protocol is concerned. */
  public static final int SAFE_PAYLOAD_BYTES = 1200;

  /**
   * The size of a socket's buffer: room for a burst at full speed, of many peers too, between two
   * reads.
   */
  public static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /** The difference between an IPv6 header and an IPv4 header. */
  private static final int IPV6_EXTRA_BYTES = 20;

  private static final int IPV4_HEADERS_BYTES = 28;

  private Udp() {}

  /** The length of the headers of UDP and IP to an address. */
  public static int headerBytesTo(InetAddress address) {
    return address instanceof Inet6Address
        ? IPV4_HEADERS_BYTES + IPV6_EXTRA_BYTES
        : IPV4_HEADERS_BYTES;
  }

  /**
   * The payload for an address whose packet has the same length as one over IPv4.
   *
   * @param payloadBytes the payload over IPv4
   */
  public static int payloadBytesTo(InetAddress address, int payloadBytes) {
    return address instanceof Inet6Address ? payloadBytes - IPV6_EXTRA_BYTES : payloadBytes;
  }
}
