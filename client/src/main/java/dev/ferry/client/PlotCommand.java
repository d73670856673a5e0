package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.cli.Program;
import dev.ferry.client.plot.Plot;
import dev.ferry.client.plot.Run;
import dev.ferry.client.plot.StatsFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws what {@code --stats} has written, at a client or a server. */
final class PlotCommand implements Command {
  @Override
  public String name() {
    return "plot";
  }

  @Override
  public String operands() {
    return "STATS... -o FILE";
  }

  @Override
  public ExitCode run(List<String> operands, Options options, Console console)
      throws CommandException {
    Program.checkOperands(
        operands, 1, Plot.MAX_RUNS, "1 to " + Plot.MAX_RUNS + " files of statistics after plot");
    List<Run> runs = new ArrayList<>();
    for (String operand : operands) {
      runs.addAll(read(LocalPath.parse(operand), options.connection()));
    }
    if (runs.size() > Plot.MAX_RUNS) {
      throw new CommandException(
          ExitCode.USAGE,
          "these are "
              + runs.size()
              + " transfers, and a picture has room for "
              + Plot.MAX_RUNS
              + ": choose one by --connection");
    }
    String svg = Plot.draw(runs);
    Path output = options.output();
    if (output == null) {
      byte[] bytes = svg.getBytes(UTF_8);
      console.out().write(bytes, 0, bytes.length);
      console.out().flush();
    } else {
      write(output, svg);
    }
    return ExitCode.OK;
  }

  private static List<Run> read(Path file, @Nullable Long connection) throws CommandException {
    String shown = Escaper.escape(file.toString());
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
      return Run.readAll(name(file), in, connection);
    } catch (StatsFormatException e) {
      throw new CommandException(
          ExitCode.DATA_ERROR,
          "'" + shown + "': " + Escaper.escape(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NO_INPUT, "cannot read '" + shown + "': " + FileErrors.reason(e));
    }
  }

  /** How a picture calls it: by the file's name, without its ending. */
  private static String name(Path file) {
    @Nullable Path last = file.getFileName();
    String name = last == null ? file.toString() : last.toString();
    return name.endsWith(".jsonl") ? name.substring(0, name.length() - ".jsonl".length()) : name;
  }

  private static void write(Path file, String svg) throws CommandException {
    try {
      Files.writeString(file, svg);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file.toString()) + "': " + FileErrors.reason(e));
    }
  }
}
