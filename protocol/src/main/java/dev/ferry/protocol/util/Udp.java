package dev.ferry.protocol.util;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The sizes of UDP datagrams, whatever is in them; all in bytes. */
public final class Udp {
  /** The largest payload over IPv4. */
  public static final int MAX_PAYLOAD_BYTES = 65_507;

  /** Room in a socket for a burst at full speed between two looks at it, by many peers as well. */
  public static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /** An IPv6 header is 20 bytes longer than one of IPv4. */
  private static final int IPV6_EXTRA_BYTES = 20;

  private Udp() {}

  /**
   * The payload whose packet to an address is as long as one over IPv4.
   *
   * @param payloadBytes the payload of the latter
   */
  public static int payloadBytesTo(InetAddress address, int payloadBytes) {
    return address instanceof Inet6Address ? payloadBytes - IPV6_EXTRA_BYTES : payloadBytes;
  }
}
