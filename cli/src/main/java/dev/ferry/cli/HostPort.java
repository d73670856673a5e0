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
        ExitCode.USAGE,
        "'"
            + Escaper.escape(text)
            + "' is not host:port; an IPv6 address needs brackets, as in [::1]:12300");
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
