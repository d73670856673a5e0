package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import java.util.List;

/** One thing that the client can do. Commands have no state. */
interface Command {
  /** The word that selects it. */
  String name();

  /** What follows its name, as the first lines of the help show it. */
  String operands();

  /**
   * Does it.
   *
   * @param operands those of the command line without its name; not checked yet
   * @throws CommandException to end with a message
   */
  ExitCode run(List<String> operands, Options options, Console console) throws CommandException;
}
