package dev.ferry.examples.download;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.ControlPacket;
import dev.ferry.framing.ControlPacket.Opcode;
import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.AccessRules;
import dev.ferry.storage.DiskSourceStore;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Hands out the files below a directory:
 *
 * <pre>
 * client                              server
 *   | REQUEST name                      |
 *   | --------------------------------> |
 *   |               ACK size, or NAK why|   the header
 *   | &lt;-------------------------------- |
 *   | ACK, or NAK why                   |
 *   | --------------------------------> |
 *   |          size bytes, 1024 at once |
 *   | &lt;-------------------------------- |
 *   | END                               |
 *   | --------------------------------> |
 * </pre>
 *
 * <p>After a NAK both hang up.
 */
public final class DownloadServer implements Tcp.Service {
  private final SourceStore files;
  private final PrintStream out;

  /**
   * Sets up.
   *
   * @param files finds the files that may be fetched
   */
  public DownloadServer(SourceStore files, PrintStream out) {
    this.files = files;
    this.out = out;
  }

  /**
   * The program.
   *
   * @param operands port and directory
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    Path root = Path.of(operands.get(1));
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          ExitCode.CONFIGURATION, "'" + Escaper.escape(operands.get(1)) + "' is no directory");
    }
    try (ServerSocket listener = Tcp.listen(operands.get(0), out)) {
      Tcp.serveAll(listener, new DownloadServer(filesBelow(root), out), out);
    }
  }

  /** The regular files below a directory; nothing outside, and nothing by way of a link. */
  public static SourceStore filesBelow(Path root) {
    return new DiskSourceStore(root, AccessRules.DEFAULT, Runnable::run, task -> task.accept(0));
  }

  @Override
  public void serve(Socket client) throws IOException {
    ControlStream stream = new ControlStream(client);
    ControlPacket request = stream.receive();
    require(request.opcode() == Opcode.REQUEST, request);
    String name = request.text();
    SourceFile file;
    try {
      file = files.open(name);
    } catch (StorageException e) {
      out.println("  refused '" + Escaper.escape(name) + "': " + e.reason());
      // The reason only: the message may say more of this machine than a stranger should know.
      stream.send(Opcode.NAK, 0, e.reason().toString());
      return;
    }
    try {
      offer(file, name, stream);
    } finally {
      file.release();
    }
  }

  private void offer(FileContent file, String name, ControlStream stream) throws IOException {
    if (file.sizeBytes() > ControlPacket.MAX_SIZE) {
      stream.send(Opcode.NAK, 0, "too large for this protocol");
      return;
    }
    stream.send(Opcode.ACK, file.sizeBytes(), name);
    ControlPacket answer = stream.receive();
    if (answer.opcode() == Opcode.NAK) {
      out.println("  not wanted: " + Escaper.escape(answer.text()));
      return;
    }
    require(answer.opcode() == Opcode.ACK, answer);
    sendContent(file, stream);
    ControlPacket end = stream.receive();
    require(end.opcode() == Opcode.END, end);
    out.println("  sent '" + Escaper.escape(name) + "', " + file.sizeBytes() + " bytes");
  }

  private static void sendContent(FileContent file, ControlStream stream) throws IOException {
    byte[] data = new byte[ControlStream.DATA_BYTES];
    for (long sent = 0; sent < file.sizeBytes(); ) {
      int length = (int) Math.min(data.length, file.sizeBytes() - sent);
      file.read(sent, ByteBuffer.wrap(data, 0, length));
      stream.sendData(data, length);
      sent += length;
    }
  }

  private static void require(boolean expected, ControlPacket packet) throws IOException {
    if (!expected) {
      throw new ProtocolException("a packet out of place: " + packet.opcode());
    }
  }
}
