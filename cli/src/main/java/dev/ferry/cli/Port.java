package dev.ferry.cli;

/** Ports to listen on, as the user gives them. */
public final class Port {
  /** The largest there is. */
  public static final int MAX = 65_535;

  private Port() {}

  /**
   * Reads a port; 0 stands for any free one.
   *
   * @return 0 … {@link #MAX}
   * @throws CommandException if it is none
   */
  public static int parse(String text) throws CommandException {
    // Integer.parseInt alone would take signs and the digits of other scripts.
    if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX) {
      return Integer.parseInt(text);
    }
    throw new CommandException(
        ExitCode.USAGE,
        "'" + Escaper.escape(text) + "' is not a port; use 0 (any free one) to " + MAX);
  }
}
