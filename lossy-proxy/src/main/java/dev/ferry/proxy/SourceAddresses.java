package dev.ferry.proxy;

import dev.ferry.netsim.ImpairmentSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The local addresses at which clients that move appear to the server, one after the other. */
final class SourceAddresses {
  /** 127.0.0.2 … 127.0.0.251, which a machine usually has without being told. */
  private static final int LOOPBACKS = 250;

  private final List<InetAddress> addresses;
  private final boolean loopback;

  /**
   * Creates the sequence.
   *
   * @param addresses of this machine; may be empty if the server is at a loopback address
   */
  SourceAddresses(List<InetAddress> addresses, InetAddress server) {
    this.addresses = List.copyOf(addresses);
    this.loopback = server.isLoopbackAddress() && server.getAddress().length == 4;
  }

  /** Why this cannot be done to what clients send, or null if it can. */
  @Nullable String objection(ImpairmentSpec up) {
    return up.rebinding().address() && addresses.isEmpty() && !loopback
        ? "rebind: clients cannot change their address unless --rebind-addresses lists some of"
            + " this machine"
        : null;
  }

  /** Where a client is to be bound that has moved so often, at least once; to any free port. */
  InetSocketAddress after(long moves) {
    if (!addresses.isEmpty()) {
      return new InetSocketAddress(addresses.get((int) (moves % addresses.size())), 0);
    }
    if (!loopback) {
      return new InetSocketAddress(0);
    }
    byte[] bytes = {127, 0, 0, (byte) (2 + moves % LOOPBACKS)};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
