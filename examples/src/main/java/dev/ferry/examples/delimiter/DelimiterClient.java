package dev.ferry.examples.delimiter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.examples.support.Rounds;
import dev.ferry.framing.DelimiterFraming;
import dev.ferry.framing.MessageEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes a newline after each message. A newline within a message gets a backslash before it, and
 * so does a backslash.
 */
public final class DelimiterClient {
  private static final MessageEncoder ENCODER = DelimiterFraming.LINES.encoder();

  private DelimiterClient() {}

  /**
   * The program.
   *
   * @param operands server and intervals
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    Rounds.send(operands, DelimiterClient::write, out);
  }

  /** Writes a message. */
  public static void write(String message, OutputStream stream) throws IOException {
    byte[] content = message.getBytes(UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(ENCODER.maxEncodedLength(content.length));
    ENCODER.encode(ByteBuffer.wrap(content), frame);
    stream.write(frame.array(), 0, frame.position());
  }
}
