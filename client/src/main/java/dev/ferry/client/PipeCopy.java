package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.client.CopyOperand.Local;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.copy.CopyNames;
import java.util.List;

/** A copy of one file, of which one side is a stream: {@code cp - HOST:PORT/NAME} and the like. */
final class PipeCopy {
  private final Options options;
  private final Console console;

  PipeCopy(Options options, Console console) {
    this.options = options;
    this.console = console;
  }

  /** How an operand is read. */
  @FunctionalInterface
  interface Parser {
    CopyOperand parse(String operand) throws CommandException;
  }

  /** Runs the copy. */
  ExitCode run(List<String> operands, Parser parser) throws CommandException {
    if (operands.size() != 2) {
      throw usage("a stream, and a file with --follow, has one SOURCE and one DESTINATION");
    }
    CopyOperand source = parser.parse(operands.get(0));
    CopyOperand destination = parser.parse(operands.get(1));
    if (source instanceof Local local && destination instanceof Remote remote) {
      return send(local.text(), remote);
    }
    if (source instanceof Remote remote && destination instanceof Local) {
      PipeTask.requireNoFollow(options);
      if (remote.isContent()) {
        throw usage("'" + remote.shown() + "' is a directory, or has no name");
      }
      return new PipeTask(remote.server(), options, console).fetch(remote.path());
    }
    throw usage("one side of a copy is on this machine, and the other at a server");
  }

  private ExitCode send(String local, Remote remote) throws CommandException {
    PipeTask task = new PipeTask(remote.server(), options, console);
    if (local.equals(PipeTask.NAME)) {
      PipeTask.requireNoFollow(options);
      return task.sendInput(PipeTask.requireName(remote.path()));
    }
    String name =
        remote.isContent()
            ? CopyNames.join(remote.bare().path(), CpCommand.namesOf(local).ownName())
            : remote.path();
    return task.follow(LocalPath.parse(local), name);
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }
}
