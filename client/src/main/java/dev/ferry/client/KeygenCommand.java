package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.KeyFile;
import dev.ferry.cli.Program;
import java.nio.file.Path;
import java.util.List;

/** Creates a key file for both ends. */
final class KeygenCommand implements Command {
  @Override
  public String name() {
    return "keygen";
  }

  @Override
  public String operands() {
    return "FILE";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(operands, 1, 1, "FILE after keygen");
    Path file = LocalPath.parse(operands.get(0));
    KeyFile.create(file);
    if (console.json()) {
      console.out().println(JsonEvent.of(ClientReport.SCHEMA, "made").put("file", file.toString()));
    } else if (!console.quiet()) {
      console
          .out()
          .println(
              "made "
                  + Escaper.escape(file.toString())
                  + "; give both ends a copy, and let nobody else read it");
    }
    return ExitCode.OK;
  }
}
