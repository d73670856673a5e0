package dev.ferry.storage;

import java.util.List;

/**
 * How a program is run as a hook.
 *
 * @param command the program and its arguments, as they are: no shell looks at them
 * @param timeoutNs how long it may take; after that it is killed, with what it has started
 * @param jobs how many may run at a time for Ferry mode, at least 1; lab mode has one of its own
 */
public record HookOptions(List<String> command, long timeoutNs, int jobs) {
  /** Checks the values. */
  public HookOptions {
    command = List.copyOf(command);
    if (command.isEmpty() || timeoutNs <= 0 || jobs < 1) {
      throw new IllegalArgumentException("no hook");
    }
  }
}
