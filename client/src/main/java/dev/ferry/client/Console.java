package dev.ferry.client;

import java.io.PrintStream;

/**
 * Where the user reads what the client has to say.
 *
 * @param quiet whether only errors are to be printed
 * @param json whether {@code out} is for machines
 * @param commandLine what the user typed, as a shell takes it
 */
record Console(PrintStream out, PrintStream err, boolean quiet, boolean json, String commandLine) {
  /** Whether a progress bar would be seen, and not be in the way. */
  boolean hasRoomForProgress() {
    return !quiet && !json && Terminal.isStderr();
  }
}
