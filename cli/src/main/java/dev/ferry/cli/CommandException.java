package dev.ferry.cli;

/** Ends a program with a message for its user and an exit code. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  /**
   * Creates an exception.
   *
   * @param message what happened, where, and what to do about it
   */
  public CommandException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The exit code of the program. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
