package dev.ferry.cli;

import com.beust.jcommander.Parameter;
import java.util.Map;

/** The options of every program. JCommander fills the fields in. */
public class CommonArguments {
  @Parameter(
      names = {"-h", "--help"},
      help = true,
      order = 90,
      description = "Show this help and exit")
  public boolean help;

  @Parameter(
      names = "--version",
      help = true,
      order = 91,
      description = "Show the version and exit")
  public boolean version;

  @Parameter(
      names = {"-q", "--quiet"},
      order = 80,
      description = "Print nothing but errors")
  public boolean quiet;

  @Parameter(names = "--json", order = 81, description = "Print one JSON object a line")
  public boolean json;

  /** What the objects for machines say that they are (docs/json.md). */
  public String schema() {
    return "ferry.program.v1";
  }

  /** Further options by their names; each takes a value, and stands for another option. */
  public Map<String, OptionAlias> aliases() {
    return Map.of();
  }
}
