package dev.ferry.transport;

import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.util.Collections;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long datagrams may be for the host's interfaces to send them in one piece. Nothing longer is
 * ever tried. That others do not cut them either is the subject of {@link DontFragment}.
 * Thread-safe.
 */
public final class InterfaceMtu {
  /** Nothing is known. */
  private static final int UNKNOWN = 0;

  private static final int ETHERNET_MTU = 1500;

  private InterfaceMtu() {}

  /**
   * The longest datagram to the peer of a socket, in bytes.
   *
   * @param connected to the peer
   */
  public static int datagramBytes(DatagramChannel connected) {
    try {
      InetAddress local = ((InetSocketAddress) connected.getLocalAddress()).getAddress();
      InetAddress peer = ((InetSocketAddress) connected.getRemoteAddress()).getAddress();
      int mtu =
          local.equals(peer) ? loopbackMtu() : mtuOf(NetworkInterface.getByInetAddress(local));
      return payloadBytes(mtu == UNKNOWN ? ETHERNET_MTU : mtu, peer);
    } catch (IOException e) {
      return ETHERNET_MTU - Udp.headerBytesTo(InetAddress.getLoopbackAddress());
    }
  }

  /**
   * The longest datagram to a peer of a server, in bytes. Peers on the host itself are reached
   * through the loopback interface, all others through any other: the shortest of these counts.
   */
  public static ToIntFunction<InetSocketAddress> ofServer() {
    int loopback = UNKNOWN;
    int others = UNKNOWN;
    try {
      loopback = loopbackMtu();
      others = shortestMtu();
    } catch (IOException e) {
      // As if it could not be known.
    }
    int mtuOfLoopback = loopback == UNKNOWN ? ETHERNET_MTU : loopback;
    int mtuOfOthers = others == UNKNOWN ? ETHERNET_MTU : others;
    return peer ->
        payloadBytes(
            peer.getAddress().isLoopbackAddress() ? mtuOfLoopback : mtuOfOthers, peer.getAddress());
  }

  private static int payloadBytes(int mtu, InetAddress peer) {
    int bytes = mtu - Udp.headerBytesTo(peer);
    return Math.min(bytes, Udp.payloadBytesTo(peer, Udp.MAX_PAYLOAD_BYTES));
  }

  private static int loopbackMtu() throws IOException {
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (each.isLoopback()) {
        return mtuOf(each);
      }
    }
    return UNKNOWN;
  }

  private static int shortestMtu() throws IOException {
    int found = UNKNOWN;
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (each.isUp() && !each.isLoopback()) {
        found = found == UNKNOWN ? mtuOf(each) : Math.min(found, mtuOf(each));
      }
    }
    return found;
  }

  private static int mtuOf(@Nullable NetworkInterface found) throws IOException {
    return found == null ? UNKNOWN : Math.max(UNKNOWN, found.getMTU());
  }
}
