package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import java.util.List;

/** A command of the client. Commands have no state. */
interface Command {
  /** The word that selects the command. */
  String name();

  /** The operands, as the first lines of the help show them. */
  String operands();

  /**
   * Runs the command.
   *
   * @param operands the operands of the command line without the command's name; not checked yet
   * @throws CommandException to end with a message
   */
  ExitCode run(List<String> operands, Options options, Console console) throws CommandException;
}
