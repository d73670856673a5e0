package dev.ferry.miniferry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/** A UDP socket with one peer, which can lose a fixed share of the datagrams either way. */
final class Line implements AutoCloseable {
  private static final int TIMEOUT_MS = 100;
  private static final int PATIENCE = 200;
  private static final int RECEIVE_BYTES = 65_535;

  private final DatagramSocket socket;
  private final int loseEvery;
  private int passed;
  private int silence;
  private int takesBytes = RECEIVE_BYTES;

  private Line(DatagramSocket socket, int loseEvery) throws IOException {
    this.socket = socket;
    this.loseEvery = loseEvery;
    socket.setSoTimeout(TIMEOUT_MS);
  }

  /**
   * A line to a server.
   *
   * @param loseEvery how many datagrams are lost: one of so many, or none if 0
   */
  static Line to(InetSocketAddress server, int loseEvery) throws IOException {
    Line line = new Line(new DatagramSocket(), loseEvery);
    line.socket.connect(server);
    return line;
  }

  /** A line to the first that says something. */
  static Line listening(int loseEvery) throws IOException {
    return new Line(new DatagramSocket(0, InetAddress.getLoopbackAddress()), loseEvery);
  }

  /** Whoever sends more breaks the protocol. */
  void takes(int bytes) {
    takesBytes = bytes;
  }

  int port() {
    return socket.getLocalPort();
  }

  void send(byte[] datagram) {
    if (isLost()) {
      return;
    }
    try {
      socket.send(new DatagramPacket(datagram, datagram.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next datagram; none if none comes in time, which happens so many times at the most. */
  Optional<byte[]> receive() {
    DatagramPacket packet = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
    try {
      do {
        socket.receive(packet);
        if (!socket.isConnected()) {
          socket.connect(packet.getSocketAddress());
        }
      } while (isLost());
    } catch (SocketTimeoutException e) {
      if (++silence == PATIENCE) {
        throw new UncheckedIOException(e);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    silence = 0;
    if (packet.getLength() > takesBytes) {
      throw new IllegalStateException("a datagram of " + packet.getLength() + " bytes");
    }
    return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  private boolean isLost() {
    return loseEvery > 0 && ++passed % loseEvery == 0;
  }

  @Override
  public void close() {
    socket.close();
  }
}
