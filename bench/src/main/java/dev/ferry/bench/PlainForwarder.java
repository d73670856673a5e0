package dev.ferry.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * The least that a forwarder between one client and a server can do in this language: select,
 * receive, send. It knows one client only, decides nothing and keeps nothing.
 *
 * <p>Usage: {@code PlainForwarder PORT}, of the server on the loopback address.
 */
public final class PlainForwarder {
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  private PlainForwarder() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Selector selector = Selector.open();
        DatagramChannel listening = open(selector);
        DatagramChannel upstream = open(selector)) {
      listening.bind(new InetSocketAddress(loopback, 0));
      upstream.connect(new InetSocketAddress(loopback, Integer.parseInt(args[0])));
      System.out.println("listening on " + listening.getLocalAddress());
      forward(selector, listening, upstream);
    }
  }

  private static DatagramChannel open(Selector selector) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return channel;
  }

  private static void forward(
      Selector selector, DatagramChannel listening, DatagramChannel upstream) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
    SocketAddress client = null;
    while (true) {
      selector.select(key -> {});
      SocketAddress from;
      while ((from = listening.receive(buffer.clear())) != null) {
        client = from;
        upstream.write(buffer.flip());
      }
      while (upstream.receive(buffer.clear()) != null) {
        listening.send(buffer.flip(), client);
      }
    }
  }
}
