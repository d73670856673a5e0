package dev.ferry.examples.naive;

import dev.ferry.cli.CommandException;
import dev.ferry.examples.support.Shown;
import dev.ferry.examples.support.Tcp;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Prints what each read returns, in the belief that it is what was sent with one write. It is not:
 * a stream has no boundaries, so a read returns what is there by then, up to the size of the
 * buffer.
 */
public final class NaiveServer implements Tcp.Service {
  private final int bufferBytes;
  private final PrintStream out;

  /**
   * Sets up.
   *
   * @param bufferBytes how much a read takes at most
   */
  public NaiveServer(int bufferBytes, PrintStream out) {
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
    Tcp.runServer(operands, out, bufferBytes -> new NaiveServer(bufferBytes, out));
  }

  @Override
  public void serve(Socket client) throws IOException {
    InputStream stream = client.getInputStream();
    byte[] buffer = new byte[bufferBytes];
    for (int bytes = stream.read(buffer); bytes >= 0; bytes = stream.read(buffer)) {
      out.println("  read " + Shown.of(ByteBuffer.wrap(buffer, 0, bytes)));
    }
  }
}
