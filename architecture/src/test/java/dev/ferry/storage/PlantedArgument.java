package dev.ferry.storage;

import com.beust.jcommander.Parameter;

/** Storage that parses its own arguments. Never run. */
public final class PlantedArgument {
  @Parameter(names = "--offend")
  int offence;
}
