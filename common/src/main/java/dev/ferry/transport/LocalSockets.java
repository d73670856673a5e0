package dev.ferry.transport;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The UDP sockets of one port. If it is to be found at all addresses of this machine, there is a
 * socket for each of them besides the one for all, because an answer must come from the address
 * that was asked, and a socket for all addresses does not tell which one that was. Datagrams to an
 * address go to its own socket. Not thread-safe.
 *
 * <p>On Linux each of them has another one at its side, of the same address and port, for answers
 * to those who have not proved that they receive them. If nobody answers the kernel's question for
 * the hardware address of one, it keeps what goes there for some 3 s, and counts it against the
 * socket: a hundred such answers a second from one that serves all would keep it from sending at
 * all. The socket that is bound last receives everything.
 */
public final class LocalSockets implements AutoCloseable {
  /** How often to {@link #follow}, in nanoseconds. */
  public static final long FOLLOW_NS = 3 * Nanos.SECOND;

  /** More addresses than this are served by the socket for all. */
  private static final int MAX_ADDRESSES = 64;

  /** An address of the loopback interface that no list has, and that hosts often have as theirs. */
  private static final byte[] LOOPBACK_OF_HOST = {127, 0, 1, 1};

  private final DatagramChannel main;
  private final int port;
  private final boolean followsAddresses;
  private final boolean onlyIpv4;
  private final Map<InetAddress, DatagramChannel> others = new LinkedHashMap<>();

  /** Those for answers, by the ones at whose side they are. */
  private final Map<DatagramChannel, DatagramChannel> answering;

  private final Addresses addresses;

  /** Knows the addresses of this machine. */
  interface Addresses {
    Set<InetAddress> list() throws IOException;
  }

  private LocalSockets(
      DatagramChannel main,
      Map<DatagramChannel, DatagramChannel> answering,
      InetSocketAddress asked,
      Addresses addresses)
      throws IOException {
    this.main = main;
    this.answering = answering;
    this.addresses = addresses;
    this.port = ((InetSocketAddress) main.getLocalAddress()).getPort();
    this.followsAddresses = asked.getAddress().isAnyLocalAddress() && !isWindows();
    this.onlyIpv4 =
        ((InetSocketAddress) main.getLocalAddress()).getAddress() instanceof Inet4Address;
  }

  /** There, a port that is shared for a moment can be taken by anybody. */
  private static boolean isWindows() {
    return System.getProperty("os.name", "").startsWith("Windows");
  }

  /**
   * Binds the port.
   *
   * @param address one address, or all; port 0 stands for any free port
   * @throws IOException if the port is in use, or a socket cannot be opened
   */
  public static LocalSockets bind(InetSocketAddress address) throws IOException {
    return bind(address, LocalSockets::ofThisMachine);
  }

  static LocalSockets bind(InetSocketAddress address, Addresses addresses) throws IOException {
    DatagramChannel first = open();
    DatagramChannel main = first;
    Map<DatagramChannel, DatagramChannel> answering = new HashMap<>();
    try {
      first.bind(address);
      main = receiving(first, answering);
      LocalSockets sockets = new LocalSockets(main, answering, address, addresses);
      sockets.follow();
      return sockets;
    } catch (IOException | RuntimeException e) {
      main.close();
      first.close();
      throw e;
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * The socket that receives for a bound one, which is for answers then, where there can be two.
   */
  private static DatagramChannel receiving(
      DatagramChannel bound, Map<DatagramChannel, DatagramChannel> answering) throws IOException {
    DatagramChannel receiving = isLinux() ? openBeside(bound) : bound;
    if (receiving != bound) {
      answering.put(receiving, bound);
    }
    return receiving;
  }

  /**
   * Opens another socket with the same address and port, which receives from now on what has gone
   * to the first.
   *
   * @return the first, if there cannot be another one
   */
  private static DatagramChannel openBeside(DatagramChannel first) throws IOException {
    DatagramChannel second = null;
    try {
      first.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      second = open();
      second.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      second.bind(first.getLocalAddress());
      second.setOption(StandardSocketOptions.SO_REUSEADDR, false);
      return second;
    } catch (IOException e) {
      if (second != null) {
        second.close();
      }
      return first;
    } finally {
      first.setOption(StandardSocketOptions.SO_REUSEADDR, false);
    }
  }

  private static DatagramChannel open() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, Udp.SOCKET_BUFFER_BYTES);
    DontFragment.set(channel);
    return channel;
  }

  /** Forbids that what the sockets send is cut on the way, once that has become possible. */
  public void forbidFragments() {
    DontFragment.set(main);
    others.values().forEach(DontFragment::set);
    answering.values().forEach(DontFragment::set);
  }

  /** The socket for the address that was asked for, or for all. */
  public DatagramChannel main() {
    return main;
  }

  /** The sockets for one address each, besides {@link #main}. */
  public Collection<DatagramChannel> others() {
    return others.values();
  }

  /**
   * The socket by which those are answered who have not proved that they receive it; null if it is
   * the same.
   *
   * @param channel one of the others, or {@link #main}
   */
  @Nullable DatagramChannel answering(DatagramChannel channel) {
    return answering.get(channel);
  }

  /** Whether {@link #follow} may find something to do. */
  public boolean followsAddresses() {
    return followsAddresses;
  }

  /**
   * Closes the sockets of addresses that have gone, and opens those of new ones. An address that
   * cannot be bound is served by the socket for all.
   *
   * @return the new sockets; none if the addresses cannot be found out now, perhaps for want of
   *     descriptors
   */
  public List<DatagramChannel> follow() throws IOException {
    if (!followsAddresses) {
      return List.of();
    }
    Set<InetAddress> present = new LinkedHashSet<>();
    try {
      present.addAll(addresses.list());
    } catch (IOException e) {
      return List.of();
    }
    present.removeIf(address -> onlyIpv4 && !(address instanceof Inet4Address));
    for (InetAddress gone : List.copyOf(others.keySet())) {
      DatagramChannel channel = present.contains(gone) ? null : others.remove(gone);
      if (channel != null) {
        close(channel);
      }
    }
    present.removeAll(others.keySet());
    List<DatagramChannel> opened = new ArrayList<>();
    if (!present.isEmpty()) {
      // The port is shared with sockets of this object, and only while they are bound: otherwise
      // another process could take the port as well.
      share(true);
      try {
        for (InetAddress address : present) {
          open(address, opened);
        }
      } finally {
        share(false);
      }
    }
    return opened;
  }

  private void share(boolean shared) throws IOException {
    main.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
    DatagramChannel beside = answering.get(main);
    if (beside != null) {
      beside.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
    }
  }

  private void open(InetAddress address, List<DatagramChannel> opened) throws IOException {
    if (others.size() >= MAX_ADDRESSES) {
      return;
    }
    DatagramChannel channel = null;
    try {
      channel = open();
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address, port));
      channel = receiving(channel, answering);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
      others.put(address, channel);
      opened.add(channel);
    } catch (IOException e) {
      if (channel != null) {
        close(channel);
      }
    }
  }

  private static Set<InetAddress> ofThisMachine() throws IOException {
    Set<InetAddress> found = new LinkedHashSet<>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      each.inetAddresses().forEach(found::add);
    }
    found.add(InetAddress.getByAddress(LOOPBACK_OF_HOST));
    return found;
  }

  private void close(DatagramChannel channel) throws IOException {
    channel.close();
    DatagramChannel beside = answering.remove(channel);
    if (beside != null) {
      beside.close();
    }
  }

  @Override
  public void close() throws IOException {
    close(main);
    for (DatagramChannel channel : others.values()) {
      close(channel);
    }
  }
}
