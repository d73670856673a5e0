package dev.ferry.examples.delimiter;

import dev.ferry.cli.CommandException;
import dev.ferry.examples.support.Shown;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.DelimiterFraming;
import dev.ferry.framing.MessageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Prints what each read returns, and the messages that are whole by then: none, one or many. What
 * is left of a read stays in the decoder until the rest comes.
 */
public final class DelimiterServer implements Tcp.Service {
  private static final int MAX_MESSAGE_BYTES = 10_000;

  private final int bufferBytes;
  private final PrintStream out;

  /**
   * Sets up.
   *
   * @param bufferBytes how much a read takes at most
   */
  public DelimiterServer(int bufferBytes, PrintStream out) {
    this.bufferBytes = bufferBytes;
    this.out = out;
  }

  /**
   * The program.
   *
   * @param operands port and buffer size
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    Tcp.runServer(operands, out, bufferBytes -> new DelimiterServer(bufferBytes, out));
  }

  @Override
  public void serve(Socket client) throws IOException {
    InputStream stream = client.getInputStream();
    MessageDecoder decoder = DelimiterFraming.LINES.decoder(MAX_MESSAGE_BYTES);
    byte[] buffer = new byte[bufferBytes];
    for (int bytes = stream.read(buffer); bytes >= 0; bytes = stream.read(buffer)) {
      ByteBuffer piece = ByteBuffer.wrap(buffer, 0, bytes);
      out.println("  read " + Shown.of(piece));
      for (ByteBuffer m = decoder.next(piece); m != null; m = decoder.next(piece)) {
        out.println("    message of " + Shown.of(m));
      }
    }
    if (decoder.isMidFrame()) {
      out.println("    the last message is cut off");
    }
  }
}
