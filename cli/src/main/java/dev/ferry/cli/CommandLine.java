package dev.ferry.cli;

import com.beust.jcommander.JCommander;
import com.beust.jcommander.ParameterDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a command line so that JCommander understands what users are used to: {@code
 * --option=value}, bundled letters such as {@code -qv} and {@code -oFILE}, and {@code --}, which
 * ends the options. Unknown options are turned down here, because JCommander takes them for
 * operands.
 */
final class CommandLine {
  /** What ends the options. */
  private static final String END = "--";

  private final Map<String, Boolean> takesValue = new TreeMap<>();

  /** All names of a switch, by each of them. */
  private final Map<String, String> switches = new TreeMap<>();

  private final Set<String> given = new HashSet<>();
  private final Map<String, OptionAlias> aliases;
  private final List<String> options = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();
  private final String[] args;
  private int next;

  private CommandLine(JCommander parser, Map<String, OptionAlias> aliases, String[] args) {
    for (ParameterDescription option : parser.getParameters()) {
      for (String name : option.getParameter().names()) {
        takesValue.put(name, !Program.isSwitch(option));
        switches.put(name, option.getNames());
      }
    }
    aliases.keySet().forEach(name -> takesValue.put(name, true));
    this.aliases = aliases;
    this.args = args.clone();
  }

  /**
   * Rewrites a command line.
   *
   * @param aliases further options by their names; each takes a value
   * @throws CommandException if there is an unknown option, one without its value, or a value for
   *     one that takes none
   */
  static String[] rewrite(JCommander parser, Map<String, OptionAlias> aliases, String... args)
      throws CommandException {
    return new CommandLine(parser, aliases, args).rewrite();
  }

  private String[] rewrite() throws CommandException {
    while (next < args.length) {
      String arg = args[next++];
      if (arg.equals(END)) {
        while (next < args.length) {
          addOperand(args[next++]);
        }
      } else if (arg.length() < 2 || !arg.startsWith("-")) {
        addOperand(arg);
      } else if (takesValue.containsKey(arg)) {
        addOption(arg, null);
      } else if (arg.startsWith(END)) {
        addLong(arg);
      } else {
        addLetters(arg);
      }
    }
    List<String> result = new ArrayList<>(options);
    if (!operands.isEmpty()) {
      result.add(END);
      result.addAll(operands);
    }
    return result.toArray(String[]::new);
  }

  /**
   * Adds an operand with a pair of quotes. JCommander strips blanks and one pair of quotes from
   * operands, but the name of a file may begin and end with either.
   */
  private void addOperand(String operand) {
    operands.add('"' + operand + '"');
  }

  private void addLong(String arg) throws CommandException {
    int split = arg.indexOf('=');
    String name = split < 0 ? arg : arg.substring(0, split);
    if (split < 0 || !takesValue.containsKey(name)) {
      throw unknown(name);
    }
    addOption(name, arg.substring(split + 1));
  }

  /** Adds letters behind one dash; the first that takes a value takes the rest. */
  private void addLetters(String arg) throws CommandException {
    for (int i = 1; i < arg.length(); i++) {
      String name = "-" + arg.charAt(i);
      Boolean valued = takesValue.get(name);
      if (valued == null) {
        throw unknown(arg);
      }
      if (valued) {
        addOption(name, i + 1 < arg.length() ? arg.substring(i + 1) : null);
        return;
      }
      addOption(name, null);
    }
  }

  /**
   * Adds an option.
   *
   * @param attached the value in the same word; null if there is none
   */
  private void addOption(String name, @Nullable String attached) throws CommandException {
    if (!Boolean.TRUE.equals(takesValue.get(name))) {
      if (attached != null) {
        throw new CommandException(ExitCode.USAGE, name + " takes no value");
      }
      if (given.add(switches.getOrDefault(name, name))) {
        options.add(name); // The second time JCommander would turn it off again.
      }
      return;
    }
    if (attached == null && next == args.length) {
      throw new CommandException(ExitCode.USAGE, name + " needs a value");
    }
    String value = attached == null ? args[next++] : attached;
    OptionAlias alias = aliases.get(name);
    options.add(alias == null ? name : alias.option());
    options.add(alias == null ? value : alias.prefix() + value);
  }

  private CommandException unknown(String name) {
    Optional<String> meant = Similar.to(name, takesValue.keySet());
    return new CommandException(
        ExitCode.USAGE,
        "unknown option '"
            + Escaper.escape(name)
            + "'"
            + meant.map(option -> "; did you mean '" + option + "'?").orElse(""));
  }
}
