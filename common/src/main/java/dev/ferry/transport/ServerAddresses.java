package dev.ferry.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Resolves the name of a server. */
public final class ServerAddresses {
  private ServerAddresses() {}

  /**
   * All addresses of a server, to be tried in this order. The unspecified address becomes the
   * loopback address, because this machine answers from that one.
   *
   * @param host a name, or an address without brackets
   * @param port 1 … 65535
   * @throws UnknownHostException if there are none
   */
  public static List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      addresses.add(new InetSocketAddress(destination(address), port));
    }
    return addresses;
  }

  private static InetAddress destination(InetAddress address) throws UnknownHostException {
    if (!address.isAnyLocalAddress()) {
      return address;
    }
    return InetAddress.getByName(address instanceof Inet6Address ? "::1" : "127.0.0.1");
  }
}
