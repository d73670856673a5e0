package dev.ferry.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A lab server that does what a test tells it to. */
final class ScriptedSocket implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;
  private static final int RECEIVE_BYTES = 65_535;

  private final DatagramSocket socket;
  private final UnaryOperator<String> script;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  private ScriptedSocket(UnaryOperator<String> script) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.script = script;
  }

  /**
   * Starts it.
   *
   * @param script from a datagram, one byte a character, to the answer, or null for none
   */
  static ScriptedSocket start(UnaryOperator<String> script) throws IOException {
    ScriptedSocket server = new ScriptedSocket(script);
    Thread thread = new Thread(server::serve, "scripted-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private void serve() {
    try {
      while (!socket.isClosed()) {
        DatagramPacket packet = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
        socket.receive(packet);
        String datagram = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
        String answer = script.apply(datagram);
        if (answer != null) {
          byte[] bytes = answer.getBytes(ISO_8859_1);
          socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        }
        received.add(datagram);
      }
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new IllegalStateException("the scripted server failed", e);
      }
    }
  }

  /** Where to send to, as the client's first operand. */
  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Waits for a datagram that starts like this, and was answered if the script says so. */
  void await(String prefix) throws InterruptedException {
    String datagram;
    do {
      datagram = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (datagram == null) {
        throw new IllegalStateException("no datagram that starts with '" + prefix + "'");
      }
    } while (!datagram.startsWith(prefix));
  }

  /** From now on the host answers with "port unreachable". */
  @Override
  public void close() {
    socket.close();
  }
}
