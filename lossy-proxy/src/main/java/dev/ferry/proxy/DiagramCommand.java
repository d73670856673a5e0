package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.Program;
import dev.ferry.proxy.diagram.CourseBuilder;
import dev.ferry.proxy.diagram.Diagram;
import dev.ferry.proxy.trace.TraceFormatException;
import dev.ferry.proxy.trace.TraceReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Draws a trace: {@code ferry proxy diagram TRACE -o FILE}. */
final class DiagramCommand {
  /** The first operand that chooses it. */
  static final String NAME = "diagram";

  private static final int LEAST_MESSAGES = 10;

  private final PrintStream out;

  DiagramCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * Does what the arguments say.
   *
   * @throws CommandException to end with a message
   */
  ExitCode run(DiagramArguments arguments) throws CommandException {
    Program.checkOperands(arguments.operands, 1, 1, "TRACE");
    if (arguments.maxMessages < LEAST_MESSAGES) {
      throw new CommandException(
          ExitCode.USAGE, "--max-messages must be at least " + LEAST_MESSAGES);
    }
    String trace = arguments.operands.get(0);
    CourseBuilder course = new CourseBuilder(arguments.flow);
    read(trace, course);
    check(Escaper.escape(trace), course, arguments.flow);
    Diagram diagram = Diagram.of(course, arguments.maxMessages);
    if (arguments.output.isEmpty()) {
      byte[] svg = diagram.svg().getBytes(UTF_8);
      out.write(svg, 0, svg.length);
      out.flush();
    } else {
      write(arguments.output, diagram.svg());
      report(arguments, diagram);
    }
    return ExitCode.OK;
  }

  private static void read(String trace, CourseBuilder course) throws CommandException {
    String name = Escaper.escape(trace);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(Files.newInputStream(Path.of(trace)), UTF_8))) {
      TraceReader.read(in, course::add);
    } catch (TraceFormatException e) {
      throw new CommandException(
          ExitCode.DATA_ERROR,
          "line "
              + e.line()
              + " of '"
              + name
              + "' is not one of a trace: "
              + Escaper.escape(String.valueOf(e.getMessage())));
    } catch (IOException | InvalidPathException e) {
      throw new CommandException(
          ExitCode.NO_INPUT, "cannot read '" + name + "': " + FileErrors.reason(e));
    }
  }

  private static void check(String name, CourseBuilder course, @Nullable Long flow)
      throws CommandException {
    if (course.flows().isEmpty()) {
      throw new CommandException(ExitCode.DATA_ERROR, "there is nothing in '" + name + "'");
    }
    if (course.isEmpty()) {
      String known =
          course.flows().stream().limit(10).map(String::valueOf).collect(Collectors.joining(", "));
      throw new CommandException(
          ExitCode.DATA_ERROR,
          "there is no datagram of flow " + flow + " in '" + name + "'; it has flows " + known);
    }
  }

  private static void write(String file, String svg) throws CommandException {
    try {
      Files.writeString(Path.of(file), svg);
    } catch (IOException | InvalidPathException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file) + "': " + FileErrors.reason(e));
    }
  }

  private void report(DiagramArguments arguments, Diagram diagram) {
    if (arguments.json) {
      out.println(
          JsonEvent.of(ProxyReport.SCHEMA, "drawn")
              .put("file", arguments.output)
              .put("shown", diagram.shown())
              .put("folded", diagram.folded()));
    } else if (!arguments.quiet) {
      out.println(
          "drew "
              + diagram.shown()
              + " messages into '"
              + Escaper.escape(arguments.output)
              + "'"
              + (diagram.folded() > 0 ? ", and counted " + diagram.folded() + " more" : ""));
    }
  }
}
