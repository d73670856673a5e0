package dev.ferry.cli;

import com.google.common.net.HostAndPort;

/**
 * A host and a port, as the user names them.
 *
 * @param host a name or an address, without brackets
 * @param port 1 … 65535
 */
public record HostPort(String host, int port) {
  /**
   * Reads {@code host:port}, {@code 192.0.2.1:port} or {@code [2001:db8::1]:port}.
   *
   * @throws CommandException if it is none of these
   */
  public static HostPort parse(String text) throws CommandException {
    try {
      HostAndPort parsed = HostAndPort.fromString(text);
      if (!parsed.getHost().isEmpty() && parsed.hasPort() && parsed.getPort() > 0) {
        return new HostPort(parsed.getHost(), parsed.getPort());
      }
    } catch (IllegalArgumentException e) {
      // The message below is clearer.
    }
    throw new CommandException(
        ExitCode.USAGE, "'" + Escaper.escape(text) + "' is not host:port; " + mistake(text));
  }

  /** Whether {@link #parse} takes a text. */
  public static boolean isOne(String text) {
    try {
      parse(text);
      return true;
    } catch (CommandException e) {
      return false;
    }
  }

  private static String mistake(String text) {
    int bracket = text.lastIndexOf(']');
    int colon = text.lastIndexOf(':');
    if (text.isEmpty()) {
      return "it is empty";
    }
    if (bracket < 0 && text.indexOf(':') < colon) {
      return "an IPv6 address needs brackets, as in [::1]:12300";
    }
    if (bracket < 0 && colon < 0) {
      return "the port is missing, as in host:12300";
    }
    if (colon == 0) {
      return "the host is missing, as in localhost:12300";
    }
    if (text.startsWith("[") ? bracket < 2 : bracket >= 0) {
      return "an IPv6 address needs brackets, as in [::1]:12300";
    }
    if (colon < bracket) {
      return "the port is missing, as in [::1]:12300";
    }
    return colon == text.length() - 1
        ? "the port behind the colon is missing, as in host:12300"
        : "a port is a number from 1 to " + Port.MAX;
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
