package dev.ferry.examples.naive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.examples.support.Rounds;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/** Writes the bytes of each message, and nothing else. */
public final class NaiveClient {
  private NaiveClient() {}

  /**
   * The program.
   *
   * @param operands server and intervals
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    Rounds.send(operands, NaiveClient::write, out);
  }

  /** Writes a message. */
  public static void write(String message, OutputStream stream) throws IOException {
    stream.write(message.getBytes(UTF_8));
  }
}
