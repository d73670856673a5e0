package dev.ferry.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Resolves the hosts that the user names. */
public final class Addresses {
  private Addresses() {}

  /**
   * The first address of a host.
   *
   * @throws CommandException if it has none
   */
  public static InetAddress resolve(String host) throws CommandException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw unknown("", host, "");
    }
  }

  /**
   * All addresses of a server, to be tried in this order. The unspecified address becomes the
   * loopback address, because this machine answers from that one.
   *
   * @throws CommandException if there are none
   */
  public static List<InetSocketAddress> resolveAll(HostPort server) throws CommandException {
    try {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(server.host())) {
        addresses.add(new InetSocketAddress(destination(address), server.port()));
      }
      return addresses;
    } catch (UnknownHostException e) {
      throw unknown("", server.host(), "; check the name, or use an address");
    }
  }

  private static InetAddress destination(InetAddress address) throws UnknownHostException {
    if (!address.isAnyLocalAddress()) {
      return address;
    }
    return InetAddress.getByName(address instanceof Inet6Address ? "::1" : "127.0.0.1");
  }

  /**
   * The address to listen on.
   *
   * @param subject the beginning of the message if the host has no address; may be empty
   * @param host empty for all addresses of this machine
   * @param port 0 for any free port
   * @throws CommandException if the host has no address
   */
  public static InetSocketAddress toBind(String subject, String host, int port)
      throws CommandException {
    if (host.isEmpty()) {
      return new InetSocketAddress(port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw unknown(subject, host, "");
    }
  }

  private static CommandException unknown(String subject, String host, String advice) {
    return new CommandException(
        ExitCode.NO_HOST, subject + "unknown host '" + Escaper.escape(host) + "'" + advice);
  }
}
