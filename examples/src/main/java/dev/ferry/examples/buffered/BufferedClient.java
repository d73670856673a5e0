package dev.ferry.examples.buffered;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.examples.support.Operands;
import dev.ferry.examples.support.Tcp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.util.List;

/**
 * Sends messages and receives the replies. They come in the order of the messages, so several can
 * be sent before the first is received; but a client that never receives is blocked in a send one
 * day, because the server waits with its replies and takes nothing more.
 */
public final class BufferedClient {
  private final Socket socket;
  private final MessageStream stream;

  /**
   * Takes over a connection.
   *
   * @param bufferBytes how much to read at once at most; messages may be longer
   */
  public BufferedClient(Socket socket, int bufferBytes) throws IOException {
    this.socket = socket;
    this.stream = new MessageStream(socket, bufferBytes);
  }

  /**
   * A reply.
   *
   * @param payload what the server sent; empty if there is no reply
   * @param success whether there is one
   */
  public record Reply(String payload, boolean success) {}

  /**
   * The program: sends each line of the standard input and prints the reply.
   *
   * @param operands server and buffer size
   */
  public static void run(List<String> operands, PrintStream out)
      throws CommandException, IOException {
    HostPort server = HostPort.parse(operands.get(0));
    BufferedClient client = new BufferedClient(Tcp.connect(server), Operands.bufferBytes(operands));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      client.sendMessage(line);
      Reply reply = client.receiveMessage();
      if (!reply.success()) {
        throw new CommandException(ExitCode.TEMPORARY, "the server is gone");
      }
      out.println(Escaper.escape(reply.payload()));
    }
    client.shutdown();
  }

  /**
   * Sends a message.
   *
   * @return false if the connection is known to be lost. True means little: the system has taken
   *     the message, which may still get lost. Only a reply tells.
   */
  public boolean sendMessage(String message) {
    try {
      stream.write(message);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for the next reply, or for the end of the connection. */
  public Reply receiveMessage() {
    try {
      String payload = stream.read();
      return payload == null ? new Reply("", false) : new Reply(payload, true);
    } catch (IOException e) {
      return new Reply("", false);
    }
  }

  /** Leaves. */
  public void shutdown() throws IOException {
    socket.close();
  }
}
