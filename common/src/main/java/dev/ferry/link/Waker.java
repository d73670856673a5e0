package dev.ferry.link;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Ends another thread's wait on a bound datagram socket by sending it an empty datagram from a
 * socket of its own: the self-pipe trick. Should the datagram be dropped because the receive buffer
 * is full, then the wait is ending anyway. Thread-safe.
 */
final class Waker {
  private final DatagramSocket socket;
  private final SocketAddress own;
  private final SocketAddress target;

  private Waker(DatagramSocket socket, SocketAddress target) {
    this.socket = socket;
    this.own = socket.getLocalSocketAddress();
    this.target = target;
  }

  static Waker of(DatagramSocket sleeper) throws IOException {
    InetAddress bound = sleeper.getLocalAddress();
    InetAddress reachable = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    return new Waker(
        new DatagramSocket(new InetSocketAddress(reachable, 0)),
        new InetSocketAddress(reachable, sleeper.getLocalPort()));
  }

  void wake() {
    try {
      socket.send(new DatagramPacket(new byte[0], 0, target));
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new IllegalStateException("cannot reach the own socket " + target, e);
      }
    }
  }

  /** Whether the datagram is one of this waker's and not a peer's. */
  boolean sent(DatagramPacket packet) {
    return packet.getLength() == 0 && packet.getSocketAddress().equals(own);
  }

  void close() {
    socket.close();
  }
}
