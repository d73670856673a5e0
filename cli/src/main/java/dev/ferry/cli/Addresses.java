package dev.ferry.cli;

import com.google.common.net.InetAddresses;
import dev.ferry.protocol.util.AddressPrefix;
import dev.ferry.transport.ServerAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
   * All addresses of a server, to be tried in this order ({@link ServerAddresses}).
   *
   * @throws CommandException if there are none
   */
  public static List<InetSocketAddress> resolveAll(HostPort server) throws CommandException {
    try {
      return ServerAddresses.resolve(server.host(), server.port());
    } catch (UnknownHostException e) {
      throw unknown("", server.host(), "; check the name, or use an address");
    }
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

  /**
   * Prefixes of addresses, separated by commas: {@code 10.0.0.0/8}, or one address.
   *
   * @param subject the beginning of the message if one is none; may be empty
   * @throws CommandException if one is none
   */
  public static List<AddressPrefix> prefixes(String subject, String text) throws CommandException {
    List<AddressPrefix> prefixes = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      try {
        AddressPrefix prefix = prefix(each.strip());
        if (!prefix.isCanonical()) {
          throw new CommandException(
              ExitCode.USAGE,
              subject
                  + Escaper.escape(each)
                  + " is one address and a length: give a prefix that ends in zeros, or the address"
                  + " alone");
        }
        prefixes.add(prefix);
      } catch (IllegalArgumentException e) {
        throw new CommandException(
            ExitCode.USAGE,
            subject + Escaper.escape(each) + " is no prefix of addresses, such as 10.0.0.0/8");
      }
    }
    return prefixes;
  }

  private static AddressPrefix prefix(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddresses.forString(slash < 0 ? text : text.substring(0, slash));
    int bits =
        slash < 0
            ? address.getAddress().length * Byte.SIZE
            : Integer.parseInt(text.substring(slash + 1));
    return new AddressPrefix(address, bits);
  }

  /** Says why a socket cannot be bound to an address. */
  public static String whyNotBound(InetSocketAddress address, IOException cause) {
    return isOfThisMachine(address.getAddress())
        ? "cannot listen on port " + address.getPort() + ": " + cause.getMessage()
        : address.getAddress().getHostAddress()
            + " is not an address of this machine, so it cannot listen there";
  }

  /** Whether an address is this machine's, or stands for all of its. */
  public static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true; // As far as can be told.
    }
  }

  /** An address of this machine by which others may reach it; empty if there is none. */
  public static Optional<InetAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
          .min(Comparator.comparingInt(each -> each.getAddress().length));
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private static CommandException unknown(String subject, String host, String advice) {
    return new CommandException(
        ExitCode.NO_HOST, subject + "unknown host '" + Escaper.escape(host) + "'" + advice);
  }
}
