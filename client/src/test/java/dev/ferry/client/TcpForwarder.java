package dev.ferry.client;

import dev.ferry.testkit.process.Relay.Way;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network of the test's own between a client and a server, for TCP: passes connections on, counts
 * what passes, and may break them in the middle.
 */
final class TcpForwarder implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int BACKLOG = 50;

  private final ServerSocket front;
  private final InetSocketAddress server;
  private final Way cutWay;
  private final long cutAfterBytes;
  private final Map<Way, AtomicLong> passed = new EnumMap<>(Way.class);
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Thread acceptor;

  private TcpForwarder(int port, InetSocketAddress server, Way cutWay, long cutAfterBytes)
      throws IOException {
    this.front = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    this.server = server;
    this.cutWay = cutWay;
    this.cutAfterBytes = cutAfterBytes;
    for (Way way : Way.values()) {
      passed.put(way, new AtomicLong());
    }
    this.acceptor = start("tcp-forwarder", this::accept);
  }

  /**
   * Starts one that passes everything.
   *
   * @param port where the client expects the server, or 0
   */
  static TcpForwarder start(int port, InetSocketAddress server) throws IOException {
    return new TcpForwarder(port, server, Way.UP, Long.MAX_VALUE);
  }

  /** Starts one that breaks a connection once so many bytes have passed one way. */
  static TcpForwarder cutting(InetSocketAddress server, Way way, long afterBytes)
      throws IOException {
    return cutting(0, server, way, afterBytes);
  }

  /** The same at a port where the client expects the server. */
  static TcpForwarder cutting(int port, InetSocketAddress server, Way way, long afterBytes)
      throws IOException {
    return new TcpForwarder(port, server, way, afterBytes);
  }

  private static Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    try {
      while (!front.isClosed()) {
        Socket client = front.accept();
        connections.incrementAndGet();
        Socket back = new Socket(server.getAddress(), server.getPort());
        sockets.addAll(List.of(client, back));
        start("tcp-forwarder-up", () -> pass(Way.UP, client, back));
        start("tcp-forwarder-down", () -> pass(Way.DOWN, back, client));
      }
    } catch (IOException e) {
      if (!front.isClosed()) {
        throw new IllegalStateException("the forwarder failed", e);
      }
    }
  }

  private void pass(Way way, Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
        out.write(chunk, 0, bytes);
        if (passed.get(way).addAndGet(bytes) >= cutAfterBytes && way == cutWay) {
          return;
        }
      }
    } catch (IOException e) {
      // Either end has closed it, which is passed on.
    }
  }

  int port() {
    return front.getLocalPort();
  }

  /** Where to send to, as the client's operand. */
  String address() {
    return "127.0.0.1:" + port();
  }

  /** How much has passed that way, in bytes. */
  long passedBytes(Way way) {
    return passed.get(way).get();
  }

  /** How many connections there have been. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    goAway();
  }

  /**
   * Breaks all connections, and takes no more. The port is free when this returns: a thread that
   * waits for a connection still holds it.
   */
  void goAway() throws IOException {
    front.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
