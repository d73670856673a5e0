package dev.ferry.cli;

/** Reads ports to listen on. */
public final class Port {
  /** The largest port. */
  public static final int MAX = 65_535;

  private Port() {}

  /**
   * Reads a port; 0 stands for any free one.
   *
   * @return 0 … {@link #MAX}
   * @throws CommandException if the text is not a port
   */
  public static int parse(String text) throws CommandException {
    // Integer.parseInt alone would accept signs and the digits of other scripts.
    if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MAX) {
      return Integer.parseInt(text);
    }
    throw new CommandException(
        ExitCode.USAGE,
        "'" + Escaper.escape(text) + "' is not a port; use 0 (any free one) to " + MAX);
  }
}
