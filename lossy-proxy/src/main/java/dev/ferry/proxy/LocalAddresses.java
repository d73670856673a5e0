package dev.ferry.proxy;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The address at which clients find the proxy. If it listens at all addresses, each client finds it
 * at the one from which the system would send to that client.
 */
final class LocalAddresses {
  private static final int MAX_REMEMBERED = 1024;

  private final InetSocketAddress listening;
  private final Map<InetAddress, InetAddress> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, InetAddress> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  LocalAddresses(InetSocketAddress listening) {
    this.listening = listening;
  }

  /** The proxy's address, as a client sees it. */
  InetSocketAddress towards(InetSocketAddress client) {
    if (!listening.getAddress().isAnyLocalAddress()) {
      return listening;
    }
    InetAddress local = remembered.computeIfAbsent(client.getAddress(), this::lookUp);
    return new InetSocketAddress(local, listening.getPort());
  }

  /** Connecting a datagram socket sends nothing; it only chooses a local address. */
  private InetAddress lookUp(InetAddress client) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(client, 9);
      return socket.getLocalAddress();
    } catch (SocketException | UncheckedIOException e) {
      return listening.getAddress();
    }
  }
}
