package dev.ferry.examples.tlv;

import dev.ferry.cli.CommandException;
import dev.ferry.examples.support.Shown;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.MessageDecoder;
import dev.ferry.framing.TlvDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * Prints datagrams, whole as they were sent. When something else comes, it drops the rest of that
 * read, and expects the next one to begin with a datagram.
 */
public final class TlvServer implements Tcp.Service {
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  private final int bufferBytes;
  private final PrintStream out;

  /**
   * Sets up.
   *
   * @param bufferBytes how much a read takes at most
   */
  public TlvServer(int bufferBytes, PrintStream out) {
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
    Tcp.runServer(operands, out, bufferBytes -> new TlvServer(bufferBytes, out));
  }

  @Override
  public void serve(Socket client) throws IOException {
    InputStream stream = client.getInputStream();
    MessageDecoder decoder = TlvDecoder.resynchronising(MAX_DATAGRAM_BYTES, this::dropped);
    byte[] buffer = new byte[bufferBytes];
    for (int bytes = stream.read(buffer); bytes >= 0; bytes = stream.read(buffer)) {
      ByteBuffer piece = ByteBuffer.wrap(buffer, 0, bytes);
      out.println("  read " + bytes + " bytes");
      for (ByteBuffer d = decoder.next(piece); d != null; d = decoder.next(piece)) {
        out.println("    datagram of " + Shown.of(d));
      }
    }
    if (decoder.isMidFrame()) {
      out.println("    the last datagram is cut off");
    }
  }

  private void dropped(byte wrongMarker, int bytes) {
    String hex = HexFormat.of().toHexDigits(wrongMarker);
    out.println("    dropped " + bytes + " bytes: no datagram begins with 0x" + hex);
  }
}
