package dev.ferry.cli;

import com.beust.jcommander.JCommander;
import com.beust.jcommander.ParameterDescription;
import com.beust.jcommander.ParameterException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The common frame of all programs: parses the arguments, answers {@code --help} and {@code
 * --version}, and turns failures into a line on stderr and an exit code.
 *
 * @param <A> the program's arguments
 */
public final class Program<A extends CommonArguments> {
  private final String name;
  private final String synopsis;
  private final A arguments;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Creates a program.
   *
   * @param name the name for messages and for the help
   * @param synopsis the operands, as the first line of the help shows them
   * @param arguments an object whose annotated fields are filled in
   */
  public Program(String name, String synopsis, A arguments, PrintStream out, PrintStream err) {
    this.name = name;
    this.synopsis = synopsis;
    this.arguments = arguments;
    this.out = out;
    this.err = err;
  }

  /** The work of the program. */
  @FunctionalInterface
  public interface Body<A> {
    /**
     * Runs the work.
     *
     * @throws CommandException to end with a message
     */
    ExitCode run(A arguments) throws CommandException;
  }

  /** Parses the arguments, runs the body, and returns the exit code. */
  public ExitCode run(String[] args, Body<A> body) {
    // JCommander compares option values by the rules of the default locale.
    Locale.setDefault(Locale.ROOT);
    if (args.length == 1 && args[0].equals("--version")) {
      printVersion();
      return ExitCode.OK;
    }
    String[] line = args.length > 0 && args[0].equals("help") ? new String[] {"--help"} : args;
    try {
      if (arguments.readPlain(line)) {
        return body.run(arguments);
      }
      JCommander parser = parse(line);
      if (arguments.help) {
        out.print(usage(parser));
        return ExitCode.OK;
      }
      if (arguments.version) {
        printVersion();
        return ExitCode.OK;
      }
      return body.run(arguments);
    } catch (CommandException e) {
      if (wantsJson(args) && !e.isReported()) {
        out.println(
            JsonEvent.failed(arguments.schema(), String.valueOf(e.getMessage()), e.exitCode()));
      }
      err.println(name + ": " + e.getMessage());
      if (e.exitCode() == ExitCode.USAGE) {
        err.println("Try '" + name + " --help'.");
      }
      return e.exitCode();
    } catch (OutOfMemoryError e) {
      err.println(name + ": out of memory; give it more by java's -Xmx, or lower its limits");
      return ExitCode.SOFTWARE;
    } catch (RuntimeException | Error e) {
      if (wantsJson(args)) {
        out.println(JsonEvent.failed(arguments.schema(), "a bug: " + e, ExitCode.SOFTWARE));
      }
      err.println(name + ": this is a bug, please report it with the following lines");
      e.printStackTrace(err);
      return ExitCode.SOFTWARE;
    }
  }

  /** Also of a command line that cannot be read. */
  private static boolean wantsJson(String... args) {
    return Arrays.stream(args).takeWhile(arg -> !arg.equals("--")).anyMatch("--json"::equals);
  }

  private JCommander parse(String[] args) throws CommandException {
    JCommander parser =
        JCommander.newBuilder()
            .addObject(arguments)
            .programName(name)
            .expandAtSign(false) // A file's name may begin with @.
            .addConverterInstanceFactory(
                (parameter, type, option) -> type == Path.class ? Program::path : null)
            .build();
    parser.createDescriptions();
    try {
      parser.parse(CommandLine.rewrite(parser, arguments.aliases(), args));
    } catch (ParameterException e) {
      throw new CommandException(ExitCode.USAGE, Escaper.escape(String.valueOf(e.getMessage())));
    }
    return parser;
  }

  /**
   * Checks the operands.
   *
   * @throws CommandException if there are too few or too many
   */
  public static void checkOperands(List<String> operands, int atLeast, int atMost, String expected)
      throws CommandException {
    if (operands.size() < atLeast || operands.size() > atMost) {
      throw new CommandException(
          ExitCode.USAGE, "expected " + expected + ", got " + operands.size() + " operand(s)");
    }
  }

  private static Path path(String text) {
    try {
      return NativeArguments.path(text);
    } catch (InvalidPathException e) {
      throw new ParameterException("'" + text + "' is no file name in this system's character set");
    }
  }

  private void printVersion() {
    @Nullable String version = Program.class.getPackage().getImplementationVersion();
    out.println(name + " " + (version == null ? "(unpackaged)" : version));
  }

  private String usage(JCommander parser) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: ").append(name).append(' ').append(synopsis).append("\n\n");
    parser.getParameters().stream()
        .sorted(parser.getParameterDescriptionComparator())
        .forEach(option -> text.append(describe(option)));
    return text.toString();
  }

  private static String describe(ParameterDescription option) {
    boolean isSwitch = isSwitch(option);
    String names = option.getNames() + (isSwitch ? "" : " VALUE");
    StringBuilder text = new StringBuilder(option.getDescription());
    if (option.getParameterized().getType().isEnum()) {
      text.append("; one of ")
          .append(
              Arrays.toString(option.getParameterized().getType().getEnumConstants())
                  .toLowerCase(Locale.ROOT));
    }
    Object initial = option.getDefault();
    if (!isSwitch && initial != null && !initial.toString().isEmpty()) {
      text.append(" (default: ")
          .append(initial instanceof Enum ? initial.toString().toLowerCase(Locale.ROOT) : initial)
          .append(')');
    }
    return String.format(Locale.ROOT, "  %s%n        %s%n", names, text);
  }

  static boolean isSwitch(ParameterDescription option) {
    return option.getParameterized().getType() == boolean.class;
  }
}
