package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.client.CopyOperand.Remote;
import java.util.ArrayList;
import java.util.List;

/** Removes files and directories at a server. */
final class RmCommand implements Command {
  @Override
  public String name() {
    return "rm";
  }

  @Override
  public String operands() {
    return "HOST:PORT/PATH... [OPTION]...";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    if (operands.isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "expected HOST:PORT/PATH after rm");
    }
    List<Remote> places = new ArrayList<>();
    for (String operand : operands) {
      places.add(place(operand));
      if (!places.get(0).server().equals(places.get(places.size() - 1).server())) {
        throw new CommandException(ExitCode.USAGE, "all of it must be at the same server");
      }
    }
    return new CopyTask(places.get(0).server(), true, options, console)
        .remove(places, options.list().all());
  }

  private static Remote place(String operand) throws CommandException {
    if (!(CopyOperand.parse(operand, false) instanceof Remote place)) {
      throw new CommandException(
          ExitCode.USAGE, "'" + Escaper.escape(operand) + "' is not HOST:PORT/PATH");
    }
    if (place.bare().path().isEmpty()) {
      throw new CommandException(ExitCode.USAGE, "the server's root is never removed");
    }
    return place.bare();
  }
}
