package dev.ferry.cli;

import com.beust.jcommander.Parameter;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Reads a command line that consists of operands and of switches that are often given. JCommander
   * would understand it in the same way, but to learn of all options by reflection takes it longer
   * than a short transfer takes.
   *
   * @return false if there is anything else, and nothing has changed; then it is for JCommander
   */
  final boolean readPlain(String... args) {
    List<String> operands = new ArrayList<>();
    List<String> switches = new ArrayList<>();
    for (String arg : args) {
      (isPlainOperand(arg) ? operands : switches).add(arg);
    }
    for (int i = 0; i < switches.size(); i++) {
      if (!setSwitch(switches.get(i), true)) {
        clear(switches.subList(0, i));
        return false;
      }
    }
    if (!setOperands(operands)) {
      clear(switches);
      return false;
    }
    return true;
  }

  private void clear(List<String> switches) {
    for (String name : switches) {
      setSwitch(name, false);
    }
  }

  private static boolean isPlainOperand(String arg) {
    return arg.length() > 1 && arg.charAt(0) != '-';
  }

  /**
   * Sets a switch that is often given; each program adds its own.
   *
   * @return false if it is none, and nothing has changed
   */
  protected boolean setSwitch(String name, boolean value) {
    switch (name) {
      case "-q", "--quiet" -> quiet = value;
      case "--json" -> json = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes the operands of a plain command line.
   *
   * @return false if the program has all command lines read by JCommander
   */
  protected boolean setOperands(List<String> newOperands) {
    return false;
  }

  /** Further options by their names; each takes a value, and stands for another option. */
  public Map<String, OptionAlias> aliases() {
    return Map.of();
  }
}
