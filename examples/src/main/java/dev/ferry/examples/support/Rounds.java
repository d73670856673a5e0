package dev.ferry.examples.support;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.TimeSpan;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.util.List;

/** Sends the same five messages again and again, ever faster. Each round is a connection. */
public final class Rounds {
  /** The messages; one of them has two lines. */
  public static final List<String> MESSAGES =
      List.of(
          "This is message 1.",
          "This is message 2.",
          "This is message 3,\nand it has two lines.",
          "This is message 4.",
          "This is message 5.");

  /** The time between two messages of a round, if the user says nothing. */
  public static final List<TimeSpan> INTERVALS =
      List.of(new TimeSpan(Nanos.SECOND), new TimeSpan(Nanos.MICROSECOND), new TimeSpan(0));

  private Rounds() {}

  /** How a message is written to a stream. */
  @FunctionalInterface
  public interface MessageWriter {
    /** Writes a message. */
    void write(String message, OutputStream stream) throws IOException;
  }

  /**
   * Sends the rounds.
   *
   * @param operands the server, and intervals to use instead of {@link #INTERVALS}
   */
  public static void send(List<String> operands, MessageWriter writer, PrintStream out)
      throws CommandException, IOException {
    HostPort server = HostPort.parse(operands.get(0));
    List<TimeSpan> chosen = Operands.intervals(operands.subList(1, operands.size()));
    send(server, chosen.isEmpty() ? INTERVALS : chosen, Pause.REAL, writer, out);
  }

  /**
   * Sends the rounds.
   *
   * @param pause how to let the interval pass
   */
  public static void send(
      HostPort server, List<TimeSpan> intervals, Pause pause, MessageWriter writer, PrintStream out)
      throws CommandException, IOException {
    for (TimeSpan interval : intervals) {
      try (Socket socket = Tcp.connect(server)) {
        OutputStream stream = socket.getOutputStream();
        for (String message : MESSAGES) {
          writer.write(message, stream);
          pause.await(interval.nanos());
        }
      }
      out.println("sent " + MESSAGES.size() + " messages with an interval of " + interval);
    }
  }
}
