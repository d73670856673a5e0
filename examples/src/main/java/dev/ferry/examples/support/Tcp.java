package dev.ferry.examples.support;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Port;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.IntFunction;

/** Opens the connections of the programs. */
public final class Tcp {
  private Tcp() {}

  /** Serves one client of a server. */
  @FunctionalInterface
  public interface Service {
    /**
     * Serves a client until it leaves.
     *
     * @throws IOException if the connection fails; the next client is served nevertheless
     */
    void serve(Socket client) throws IOException;
  }

  /**
   * Opens a port.
   *
   * @param port as the user gave it; 0 for any free one
   */
  public static ServerSocket listen(String port, PrintStream out)
      throws CommandException, IOException {
    int number = Port.parse(port);
    try {
      ServerSocket listener = new ServerSocket(number);
      out.println("listening on port " + listener.getLocalPort());
      return listener;
    } catch (BindException e) {
      throw new CommandException(ExitCode.CONFIGURATION, "port " + number + ": " + e.getMessage());
    }
  }

  /** Connects to a server. */
  public static Socket connect(HostPort server) throws CommandException {
    try {
      return new Socket(server.host(), server.port());
    } catch (UnknownHostException e) {
      throw new CommandException(
          ExitCode.NO_HOST, "there is no host '" + Escaper.escape(server.host()) + "'");
    } catch (IOException e) {
      throw new CommandException(ExitCode.TEMPORARY, server + ": " + e.getMessage());
    }
  }

  /**
   * The program of a server that prints what it reads.
   *
   * @param operands port and size of the read buffer
   * @param services makes what serves clients, from the size of its buffer in bytes
   */
  public static void runServer(
      List<String> operands, PrintStream out, IntFunction<Service> services)
      throws CommandException, IOException {
    int bufferBytes = Operands.bufferBytes(operands);
    try (ServerSocket listener = listen(operands.get(0), out)) {
      serveAll(listener, services.apply(bufferBytes), out);
    }
  }

  /** Serves one client after another, for ever. */
  public static void serveAll(ServerSocket listener, Service service, PrintStream out)
      throws IOException {
    while (true) {
      serveNext(listener, service, out);
    }
  }

  /** Waits for a client and serves it. */
  public static void serveNext(ServerSocket listener, Service service, PrintStream out)
      throws IOException {
    try (Socket client = listener.accept()) {
      out.println("a client has come");
      try {
        service.serve(client);
        out.println("the client has left");
      } catch (IOException e) {
        out.println("the client is lost: " + Escaper.escape(e.toString()));
      }
    }
  }
}
