package dev.ferry.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/** A client that sends datagrams one by one, for tests that stop in the middle of a transfer. */
public final class LabSocket implements AutoCloseable {
  private static final int PATIENCE_MS = 30_000;
  private static final int RECEIVE_BYTES = 65_535;

  private final DatagramSocket socket;

  private LabSocket(DatagramSocket socket) {
    this.socket = socket;
  }

  /** A client on a fresh port. */
  public static LabSocket to(InetSocketAddress server) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(server);
    return new LabSocket(socket);
  }

  /** Sends a datagram and returns the one that comes back. */
  public String exchange(String datagram) throws IOException {
    send(datagram);
    return receive();
  }

  /** Sends a datagram. */
  public void send(String datagram) throws IOException {
    send(datagram.getBytes(UTF_8));
  }

  /** Sends a datagram. */
  public void send(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length));
  }

  /**
   * Waits for a datagram.
   *
   * @throws java.net.SocketTimeoutException if none comes
   */
  public String receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), UTF_8);
  }

  @Override
  public void close() {
    socket.close();
  }
}
