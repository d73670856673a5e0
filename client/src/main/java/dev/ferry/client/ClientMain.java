package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.Program;
import java.util.List;
import java.util.stream.Collectors;

/** Starts the client: reads the command line, and hands it to the command that it names. */
public final class ClientMain {
  private static final String NAME = "ferry client";

  /** What is meant if the first operand names no command. */
  private static final Command DEFAULT = new PutCommand();

  /** What operands can name; the help shows them in this order. */
  private static final List<Command> COMMANDS =
      List.of(DEFAULT, new GetCommand(), new KeygenCommand());

  /** Selected by an option. */
  private static final Command PING = new PingCommand();

  private ClientMain() {}

  /** The program. */
  public static void main(String[] args) {
    Program<ClientArguments> program =
        new Program<>(NAME, synopsis(), new ClientArguments(), System.out, System.err);
    System.exit(program.run(args, arguments -> run(arguments, args)).code());
  }

  private static String synopsis() {
    return COMMANDS.stream()
        .map(
            command ->
                (command == DEFAULT ? "[" + command.name() + "]" : command.name())
                    + " "
                    + command.operands())
        .collect(Collectors.joining("\n       " + NAME + " "));
  }

  private static ExitCode run(ClientArguments arguments, String[] args) throws CommandException {
    Console console =
        new Console(
            System.out,
            System.err,
            arguments.quiet,
            arguments.json,
            NAME + " " + ShellWords.join(args));
    List<String> operands = arguments.operands;
    if (arguments.ping) {
      return PING.run(operands, arguments, console);
    }
    for (Command command : COMMANDS) {
      if (!operands.isEmpty() && operands.get(0).equals(command.name())) {
        return command.run(operands.subList(1, operands.size()), arguments, console);
      }
    }
    return DEFAULT.run(operands, arguments, console);
  }
}
