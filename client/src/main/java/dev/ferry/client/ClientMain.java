package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.NativeArguments;
import dev.ferry.cli.Program;
import java.security.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts the client: reads the command line, and runs the command that it names. */
public final class ClientMain {
  private static final String NAME = "ferry client";

  /** The command if the first operand names none. */
  private static final Command DEFAULT = new PutCommand();

  /** One of the two that copy directories; the other one is the default. */
  private static final Command COPY = new CpCommand("cp");

  private static final Command REMOVE = new RmCommand();

  /** Compares what the other one copies. */
  private static final Command VERIFY = new CpCommand("verify");

  /** The only command that makes a picture. */
  private static final Command PLOT = new PlotCommand();

  /** The commands by name, in the order of the help. */
  private static final List<Command> COMMANDS =
      List.of(
          COPY,
          VERIFY,
          DEFAULT,
          new GetCommand(),
          new LsCommand(),
          REMOVE,
          new KeygenCommand(),
          PLOT);

  /** The command that an option selects. */
  private static final Command PING = new PingCommand();

  private ClientMain() {}

  /** Runs the client. */
  public static void main(String[] typed) {
    String[] args = NativeArguments.restore(typed);
    resolveAnew();
    Program<ClientArguments> program =
        new Program<>(NAME, synopsis(), new ClientArguments(), System.out, System.err);
    System.exit(program.run(args, arguments -> run(arguments, args)).code());
  }

  /**
   * Java remembers for half a minute where a name leads, and for ten seconds that it leads nowhere:
   * a transfer that looks for its server would not find it for so long.
   */
  private static void resolveAnew() {
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  private static String synopsis() {
    StringBuilder lines = new StringBuilder();
    for (Command command : COMMANDS) {
      String name = command == DEFAULT ? "[" + command.name() + "]" : command.name();
      lines.append(lines.length() == 0 ? "" : "\n       " + NAME + " ");
      lines.append(name).append(' ').append(command.operands());
    }
    return lines.toString();
  }

  /** What the user has typed in front of the arguments. */
  private static String command() {
    String classes = System.getProperty("java.class.path", "");
    return Boolean.getBoolean("ferry.launched") || !classes.endsWith(".jar")
        ? NAME
        : "java -jar " + ShellWords.join(classes);
  }

  private static ExitCode run(ClientArguments arguments, String[] args) throws CommandException {
    Console console =
        new Console(
            System.out,
            System.err,
            arguments.quiet,
            arguments.json,
            arguments.verbose,
            command() + " " + ShellWords.join(args));
    List<String> operands = arguments.operands;
    Command named = arguments.ping ? null : named(operands);
    if (named != PLOT) {
      arguments.checkNoPicture();
    }
    Command chosen = named == null ? (arguments.ping ? PING : DEFAULT) : named;
    arguments.verify = chosen == VERIFY;
    if (chosen != COPY && chosen != VERIFY && chosen != DEFAULT) {
      arguments.checkNoCopy();
    }
    arguments.verify |= arguments.digests || chosen == REMOVE;
    if (named != null) {
      return named.run(operands.subList(1, operands.size()), arguments, console);
    }
    return chosen.run(operands, arguments, console);
  }

  /** The command that the first operand names; null if it names none. */
  private static @Nullable Command named(List<String> operands) {
    for (Command command : COMMANDS) {
      if (!operands.isEmpty() && operands.get(0).equals(command.name())) {
        return command;
      }
    }
    return null;
  }
}
