package dev.ferry.cli;

/** Ends a program with a message for its user and an exit code. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;
  private final boolean isReported;

  /**
   * Creates an exception.
   *
   * @param message what happened, where, and what to do about it
   */
  public CommandException(ExitCode exitCode, String message) {
    this(exitCode, message, false);
  }

  /**
   * Creates an exception.
   *
   * @param message what happened, where, and what to do about it
   * @param isReported whether the object for machines ({@link JsonEvent}) has been printed already
   */
  public CommandException(ExitCode exitCode, String message, boolean isReported) {
    super(message);
    this.exitCode = exitCode;
    this.isReported = isReported;
  }

  /** Whether the object for machines has been printed already. */
  public boolean isReported() {
    return isReported;
  }

  /** The exit code of the program. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
