package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import java.util.List;

/** The operand that names the server, before the one that names a file. */
final class ServerOperand {
  private ServerOperand() {}

  /**
   * Reads the first operand of two or more.
   *
   * @throws CommandException if it is no server; the message says so if it was exchanged with the
   *     second one
   */
  static HostPort parse(List<String> operands) throws CommandException {
    String server = operands.get(0);
    String file = operands.get(1);
    if (!HostPort.isOne(server) && HostPort.isOne(file)) {
      throw new CommandException(
          ExitCode.USAGE,
          "the server comes first: " + Escaper.escape(file) + " " + Escaper.escape(server));
    }
    return HostPort.parse(server);
  }
}
