package dev.ferry.client;

import java.io.PrintStream;

/**
 * The output of the client.
 *
 * @param quiet whether to print only errors
 * @param json whether {@code out} is for machines
 * @param verbose whether to say why a transfer was not faster
 * @param commandLine what the user typed, quoted for a shell
 */
record Console(
    PrintStream out,
    PrintStream err,
    boolean quiet,
    boolean json,
    boolean verbose,
    String commandLine) {
  /** Whether to show a progress bar: stderr is a terminal, and no option forbids it. */
  boolean hasRoomForProgress() {
    return !quiet && !json && Terminal.isStderr();
  }
}
