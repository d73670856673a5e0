package dev.ferry.protocol.util;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * The networks that a peer counts for where something is limited for each of them: an IPv4 address,
 * and in IPv6 the 64 bits that name a network, whose lower half any host there chooses as it likes,
 * and the prefixes of 56 and 48 bits above it, which one customer may have whole. Peers at trusted
 * addresses, where there are many behind one, count for none. Immutable.
 */
public final class PeerNetworks {
  private static final int[] IPV6_BITS = {64, 56, 48};

  private final long seed;
  private final List<AddressPrefix> trusted;

  /**
   * Creates the networks of a table.
   *
   * @param seed of {@link AddressKey}
   * @param trusted proxies, balancers and the like
   */
  public PeerNetworks(long seed, List<AddressPrefix> trusted) {
    this.seed = seed;
    this.trusted = List.copyOf(trusted);
  }

  /** The networks of a peer, the smallest first. */
  public List<AddressKey> of(InetAddress peer) {
    for (AddressPrefix prefix : trusted) {
      if (prefix.contains(peer)) {
        return List.of();
      }
    }
    return peer instanceof Inet6Address
        ? List.of(key(peer, IPV6_BITS[0]), key(peer, IPV6_BITS[1]), key(peer, IPV6_BITS[2]))
        : List.of(key(peer, Integer.SIZE));
  }

  private AddressKey key(InetAddress peer, int bits) {
    return AddressKey.ofPrefix(peer, bits, seed);
  }
}
