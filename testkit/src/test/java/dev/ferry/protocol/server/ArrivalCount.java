package dev.ferry.protocol.server;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** How often the network has delivered each datagram of each client to the server. */
final class ArrivalCount implements Tap {
  private final InetSocketAddress server;
  private final Map<InetSocketAddress, Multiset<ByteBuffer>> datagrams = new HashMap<>();

  ArrivalCount(InetSocketAddress server) {
    this.server = server;
  }

  @Override
  public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    if (to.equals(server)) {
      datagrams
          .computeIfAbsent(from, client -> HashMultiset.create())
          .add(ByteBuffer.wrap(datagram));
    }
  }

  /** How often every datagram of a client has arrived, from the start to the last chunk. */
  int ofEverything(InetSocketAddress client) {
    return datagrams.getOrDefault(client, HashMultiset.create()).entrySet().stream()
        .mapToInt(Multiset.Entry::getCount)
        .min()
        .orElse(0);
  }
}
