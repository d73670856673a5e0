package dev.ferry.proxy.pcap;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Puts the headers of IP and UDP before a payload, as it would be on the wire. */
final class IpPacket {
  private static final int IPV4_HEADER_BYTES = 20;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int IPV6_ADDRESS_BYTES = 16;
  private static final int UDP_HEADER_BYTES = 8;
  private static final byte IPV4_NO_OPTIONS = 0x45;
  private static final short DONT_FRAGMENT = 0x4000;
  private static final byte HOP_LIMIT = 64;
  private static final byte UDP = 17;

  private IpPacket() {}

  /**
   * The packet; IPv6 if either address is.
   *
   * @param payload left as it is
   */
  static ByteBuffer of(InetSocketAddress from, InetSocketAddress to, ByteBuffer payload) {
    boolean ipv4 =
        from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
    ByteBuffer udp = udp(from.getPort(), to.getPort(), payload);
    byte[] source = ipv4 ? from.getAddress().getAddress() : ipv6(from.getAddress());
    byte[] target = ipv4 ? to.getAddress().getAddress() : ipv6(to.getAddress());
    long pseudoHeader = sum(ByteBuffer.wrap(source)) + sum(ByteBuffer.wrap(target)) + UDP;
    short checksum = complement(pseudoHeader + udp.remaining() + sum(udp));
    udp.putShort(6, checksum == 0 ? -1 : checksum); // 0 would mean that there is none.
    return ipv4 ? ipv4(source, target, udp) : ipv6(source, target, udp);
  }

  private static ByteBuffer udp(int fromPort, int toPort, ByteBuffer payload) {
    int bytes = UDP_HEADER_BYTES + payload.remaining();
    return ByteBuffer.allocate(bytes)
        .putShort((short) fromPort)
        .putShort((short) toPort)
        .putShort((short) bytes)
        .putShort((short) 0)
        .put(payload.duplicate())
        .flip();
  }

  private static ByteBuffer ipv4(byte[] source, byte[] target, ByteBuffer udp) {
    int bytes = IPV4_HEADER_BYTES + udp.remaining();
    ByteBuffer packet =
        ByteBuffer.allocate(bytes)
            .put(IPV4_NO_OPTIONS)
            .put((byte) 0)
            .putShort((short) bytes)
            .putShort((short) 0)
            .putShort(DONT_FRAGMENT)
            .put(HOP_LIMIT)
            .put(UDP)
            .putShort((short) 0)
            .put(source)
            .put(target);
    packet.putShort(10, complement(sum(packet.duplicate().flip())));
    return packet.put(udp).flip();
  }

  private static ByteBuffer ipv6(byte[] source, byte[] target, ByteBuffer udp) {
    return ByteBuffer.allocate(IPV6_HEADER_BYTES + udp.remaining())
        .putInt(0x6000_0000)
        .putShort((short) udp.remaining())
        .put(UDP)
        .put(HOP_LIMIT)
        .put(source)
        .put(target)
        .put(udp)
        .flip();
  }

  /** The address, mapped (RFC 4291, section 2.5.5.2) if it is of IPv4. */
  private static byte[] ipv6(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV6_ADDRESS_BYTES) {
      return bytes;
    }
    return ByteBuffer.allocate(IPV6_ADDRESS_BYTES)
        .putShort(10, (short) 0xffff)
        .put(12, bytes)
        .array();
  }

  /** The sum of the 16-bit words (RFC 1071), a missing last byte counting as 0. */
  private static long sum(ByteBuffer bytes) {
    long sum = 0;
    int at = bytes.position();
    for (; at + 1 < bytes.limit(); at += 2) {
      sum += bytes.getShort(at) & 0xffff;
    }
    return at < bytes.limit() ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
  }

  private static short complement(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded & 0xffff) + (folded >> 16);
    }
    return (short) ~folded;
  }
}
