package dev.ferry.examples.tlv;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.examples.support.Shown;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.MessageEncoder;
import dev.ferry.framing.StreamFraming;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends datagrams as over UDP: of any length, also 0, and of any bytes, also of those that mean
 * something to the framing.
 */
public final class TlvClient {
  private static final MessageEncoder ENCODER = StreamFraming.TLV.encoder();

  private TlvClient() {}

  /**
   * The program.
   *
   * @param operands the server
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    HostPort server = HostPort.parse(operands.get(0));
    try (Socket socket = Tcp.connect(server)) {
      for (byte[] datagram : datagrams()) {
        send(datagram, socket.getOutputStream());
        out.println("sent " + Shown.of(ByteBuffer.wrap(datagram)));
      }
    }
  }

  /** What is sent. */
  public static List<byte[]> datagrams() {
    return List.of(
        "a text".getBytes(UTF_8),
        new byte[0],
        "r, the marker, and r\0\1r, a whole frame".getBytes(UTF_8),
        new byte[] {0, 1, 2, -1},
        "longer than a buffer. ".repeat(200).getBytes(UTF_8));
  }

  /** Writes a datagram. */
  public static void send(byte[] datagram, OutputStream stream) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(ENCODER.maxEncodedLength(datagram.length));
    ENCODER.encode(ByteBuffer.wrap(datagram), frame);
    stream.write(frame.array(), 0, frame.position());
  }
}
