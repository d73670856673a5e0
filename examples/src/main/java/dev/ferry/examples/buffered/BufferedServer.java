package dev.ferry.examples.buffered;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.examples.support.Operands;
import dev.ferry.examples.support.Tcp;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the first 10 characters off each message and sends the rest back. Serves one client after
 * another.
 */
public final class BufferedServer {
  private static final int REMOVED_CHARACTERS = 10;

  private final ServerSocket listener;
  private final int bufferBytes;
  private final PrintStream out;

  private volatile boolean keepRunning = true;
  private volatile @Nullable Socket client;

  /**
   * Takes over a port.
   *
   * @param bufferBytes how much to read at once at most; messages may be longer
   */
  public BufferedServer(ServerSocket listener, int bufferBytes, PrintStream out) {
    this.listener = listener;
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
    int bufferBytes = Operands.bufferBytes(operands);
    new BufferedServer(Tcp.listen(operands.get(0), out), bufferBytes, out).start();
  }

  /** Serves one client after another, until somebody calls {@link #shutdown}. */
  public void start() {
    while (keepRunning) {
      try (Socket accepted = listener.accept()) {
        client = accepted;
        // Asked once more, as a shutdown may have come too early to see this client.
        if (keepRunning) {
          out.println("a client has come");
          serve(new MessageStream(accepted, bufferBytes));
          out.println("the client has left");
        }
      } catch (IOException e) {
        if (keepRunning) {
          out.println("the client is lost: " + Escaper.escape(e.toString()));
        }
      }
    }
  }

  private static void serve(MessageStream stream) throws IOException {
    for (String message = stream.read(); message != null; message = stream.read()) {
      stream.write(withoutStart(message));
    }
  }

  /** A character that takes two Java chars, as many symbols do, is removed whole or not at all. */
  private static String withoutStart(String message) {
    int characters = message.codePointCount(0, message.length());
    return message.substring(
        message.offsetByCodePoints(0, Math.min(characters, REMOVED_CHARACTERS)));
  }

  /**
   * Makes {@link #start} return soon, in the middle of a message if need be. Closing the sockets is
   * what ends the waiting; the flag says that it was meant. Callable from any thread.
   */
  public void shutdown() throws IOException {
    keepRunning = false;
    listener.close();
    Socket current = client;
    if (current != null) {
      current.close();
    }
  }
}
