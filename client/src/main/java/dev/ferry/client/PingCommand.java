package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Program;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.runtime.SecurityOptions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Checks whether a server answers. */
final class PingCommand implements Command {
  @Override
  public String name() {
    return "--ping";
  }

  @Override
  public String operands() {
    return "HOST:PORT";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 1, 1, "HOST:PORT alone after --ping");
    if (options.isImpaired()) {
      throw new CommandException(ExitCode.USAGE, "--ping takes no impairment");
    }
    if (options.needsTcp()) {
      throw new CommandException(
          ExitCode.USAGE, "--ping asks over UDP and takes no --transport tcp");
    }
    HostPort server = HostPort.parse(operands.get(0));
    Ping ping = ping(options);
    Optional<TransferFailure> failure = ping.anyOf(Addresses.resolveAll(server));
    if (failure.isPresent()) {
      String hint = ping.lastError().map(e -> " (" + e.getMessage() + ")").orElse("");
      throw FailureText.of(failure.get(), FailureContext.ofPing(server, hint)).toException();
    }
    ClientReport.answered(console, server);
    return ExitCode.OK;
  }

  private static Ping ping(Options options) throws CommandException {
    SecurityOptions security = options.security();
    if (!security.isFerryOnly()) {
      return new Ping(options.transfer().dialect());
    }
    return new Ping(
        ClientHandshake.asking(security.secret(), security.suites(), new SecureRandom()));
  }
}
