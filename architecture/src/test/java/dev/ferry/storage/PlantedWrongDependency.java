package dev.ferry.storage;

import dev.ferry.cli.ExitCode;

/** Storage that knows the command line. Never run. */
public final class PlantedWrongDependency {
  Object offend() {
    return ExitCode.OK;
  }
}
