package dev.ferry.examples;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.examples.buffered.BufferedClient;
import dev.ferry.examples.buffered.BufferedServer;
import dev.ferry.examples.delimiter.DelimiterClient;
import dev.ferry.examples.delimiter.DelimiterServer;
import dev.ferry.examples.download.DownloadClient;
import dev.ferry.examples.download.DownloadServer;
import dev.ferry.examples.library.RoundTrip;
import dev.ferry.examples.library.TreeCopy;
import dev.ferry.examples.naive.NaiveClient;
import dev.ferry.examples.naive.NaiveServer;
import dev.ferry.examples.tlv.TlvClient;
import dev.ferry.examples.tlv.TlvServer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Starts one of the programs. */
public final class Examples {
  private static final List<Example> ALL =
      List.of(
          new Example("naive server", "PORT [BUFFER]", 1, 2, NaiveServer::run),
          new Example("naive client", "HOST:PORT [INTERVAL]...", 1, 20, NaiveClient::run),
          new Example("delimiter server", "PORT [BUFFER]", 1, 2, DelimiterServer::run),
          new Example("delimiter client", "HOST:PORT [INTERVAL]...", 1, 20, DelimiterClient::run),
          new Example("tlv server", "PORT [BUFFER]", 1, 2, TlvServer::run),
          new Example("tlv client", "HOST:PORT", 1, 1, TlvClient::run),
          new Example("buffered server", "PORT [BUFFER]", 1, 2, BufferedServer::run),
          new Example("buffered client", "HOST:PORT [BUFFER]", 1, 2, BufferedClient::run),
          new Example("download server", "PORT ROOT", 2, 2, DownloadServer::run),
          new Example(
              "download client",
              "HOST:PORT NAME [DIRECTORY [MAX_SIZE]]",
              2,
              4,
              DownloadClient::run),
          new Example("library round-trip", "FILE DIRECTORY", 2, 2, RoundTrip::run),
          new Example("library tree-copy", "HOST PORT DIRECTORY", 3, 3, TreeCopy::run));

  private Examples() {}

  /** What a program does. */
  @FunctionalInterface
  private interface Body {
    void run(List<String> operands, PrintStream out) throws CommandException, IOException;
  }

  /** A program, and how many operands it takes. */
  private record Example(String name, String synopsis, int atLeast, int atMost, Body body) {}

  /** Runs a program and exits. */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err).code());
  }

  /**
   * Runs a program.
   *
   * @param args which one, and its operands
   */
  static ExitCode run(List<String> args, PrintStream out, PrintStream err) {
    try {
      Example example = find(args);
      example.body().run(args.subList(2, args.size()), out);
      return ExitCode.OK;
    } catch (CommandException e) {
      err.println("examples: " + e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      err.println("examples: " + Escaper.escape(e.toString()));
      return ExitCode.IO_ERROR;
    }
  }

  private static Example find(List<String> args) throws CommandException {
    String name = args.size() < 2 ? "" : args.get(0) + " " + args.get(1);
    for (Example example : ALL) {
      if (example.name().equals(name)) {
        int operands = args.size() - 2;
        if (operands < example.atLeast() || operands > example.atMost()) {
          throw new CommandException(
              ExitCode.USAGE, "use: " + example.name() + " " + example.synopsis());
        }
        return example;
      }
    }
    throw new CommandException(ExitCode.USAGE, usage());
  }

  private static String usage() {
    StringBuilder usage = new StringBuilder("use one of");
    for (Example example : ALL) {
      usage.append("\n  ").append(example.name()).append(' ').append(example.synopsis());
    }
    return usage.toString();
  }
}
