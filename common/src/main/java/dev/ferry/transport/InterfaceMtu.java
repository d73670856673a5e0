package dev.ferry.transport;

import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.util.Collections;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How long datagrams may be for the host's interfaces to send them in one piece, and, at a client,
 * the bit that forbids everybody else to cut them, where Java can set it (JDK 19 and later). Linux
 * sets it by itself. Nothing longer than an interface's datagrams is ever tried. Thread-safe.
 */
public final class InterfaceMtu {
  /** Nothing is known. */
  private static final int UNKNOWN = 0;

  private static final int ETHERNET_MTU = 1500;

  /** The Java option for the bit; it is in a package that JDK 17 does not have. */
  private static final String DONT_FRAGMENT = "IP_DONTFRAGMENT";

  private InterfaceMtu() {}

  /**
   * The longest datagram to the peer of a socket, in bytes.
   *
   * @param connected to the peer
   */
  public static int datagramBytes(DatagramChannel connected) {
    try {
      forbidFragments(connected);
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

  /** Sets the bit if Java can. */
  private static void forbidFragments(DatagramChannel channel) {
    SocketOption<Boolean> bit = dontFragment(channel);
    if (bit == null) {
      return;
    }
    try {
      channel.setOption(bit, true);
    } catch (IOException e) {
      return; // The system does not know it.
    }
  }

  private static @Nullable SocketOption<Boolean> dontFragment(DatagramChannel channel) {
    for (SocketOption<?> option : channel.supportedOptions()) {
      if (option.name().equals(DONT_FRAGMENT) && option.type() == Boolean.class) {
        @SuppressWarnings("unchecked") // Its type was looked at.
        SocketOption<Boolean> bit = (SocketOption<Boolean>) option;
        return bit;
      }
    }
    return null;
  }

  /**
   * Whether nobody cuts what a socket sends. Otherwise Linux itself does once a router has reported
   * that a datagram was too long, and on other systems routers do.
   */
  public static boolean isUncut(DatagramChannel channel) {
    SocketOption<Boolean> bit = dontFragment(channel);
    try {
      return bit != null && channel.getOption(bit);
    } catch (IOException e) {
      return false; // The system does not know it.
    }
  }
}
