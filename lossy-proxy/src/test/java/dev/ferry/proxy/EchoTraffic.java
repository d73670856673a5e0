package dev.ferry.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Timer;
import java.util.TimerTask;

/** A server that sends everything back, and a client that sends a datagram every 5 ms. */
final class EchoTraffic implements AutoCloseable {
  private static final long EVERY_MS = 5;
  private static final int MAX_BYTES = 65_535;

  private final DatagramSocket server;
  private final DatagramSocket client;
  private final Timer timer = new Timer("sender", true);

  /** Starts the server. */
  EchoTraffic() throws IOException {
    server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    client = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread = new Thread(this::echo, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  private void echo() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
    try {
      while (!server.isClosed()) {
        packet.setLength(MAX_BYTES);
        server.receive(packet);
        server.send(packet);
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Where the server is. */
  String server() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Begins to send to a port of this machine. */
  void sendTo(int port) {
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    DatagramPacket packet = new DatagramPacket(new byte[100], 100, target);
    TimerTask task =
        new TimerTask() {
          @Override
          public void run() {
            send(packet);
          }
        };
    timer.scheduleAtFixedRate(task, 0, EVERY_MS);
  }

  private void send(DatagramPacket packet) {
    try {
      client.send(packet);
    } catch (IOException e) {
      // The proxy has ended; the test says whether it should have.
    }
  }

  @Override
  public void close() {
    timer.cancel();
    client.close();
    server.close();
  }
}
