package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something of which there is so much, and for one network less ({@link PeerNetworks}). The next
 * larger prefixes may have twice and four times as much, but leave a quarter of all to others. Not
 * thread-safe.
 */
public final class NetworkQuota {
  private final long total;
  private final long perNetwork;
  private final PeerNetworks networks;
  private final Map<AddressKey, Long> taken = new HashMap<>();
  private long takenInAll;

  /**
   * Creates a quota of which nothing is taken.
   *
   * @param total for all networks together
   * @param perNetwork for one of the smallest
   */
  public NetworkQuota(long total, long perNetwork, PeerNetworks networks) {
    this.total = total;
    this.perNetwork = perNetwork;
    this.networks = networks;
  }

  /** The networks of a peer, for the other methods. */
  public List<AddressKey> networksOf(InetAddress peer) {
    return networks.of(peer);
  }

  /** How much is taken in all. */
  public long taken() {
    return takenInAll;
  }

  /** How much of it all peers of the largest of these networks have taken. */
  public long takenBy(List<AddressKey> of) {
    return of.isEmpty() ? 0 : taken.getOrDefault(of.get(of.size() - 1), 0L);
  }

  /** How much a peer of these networks could take, 0 or more. */
  public long left(List<AddressKey> of) {
    long left = total - takenInAll;
    for (int level = 0; level < of.size(); level++) {
      left = Math.min(left, limit(level) - taken.getOrDefault(of.get(level), 0L));
    }
    return Math.max(0, left);
  }

  private long limit(int level) {
    long most = total - total / 4;
    long raised = perNetwork > most >> level ? most : perNetwork << level;
    return Math.max(perNetwork, raised);
  }

  /**
   * Takes some of it.
   *
   * @param amount 0 or more
   * @return false if there is not so much left, and nothing has changed
   */
  public boolean tryTake(List<AddressKey> of, long amount) {
    if (amount > left(of)) {
      return false;
    }
    take(of, amount);
    return true;
  }

  /**
   * Takes some of it, even if there is not so much left.
   *
   * @param amount 0 or more
   */
  void take(List<AddressKey> of, long amount) {
    takenInAll += amount;
    for (AddressKey network : of) {
      taken.merge(network, amount, Long::sum);
    }
  }

  /** Gives back what was taken. */
  public void giveBack(List<AddressKey> of, long amount) {
    takenInAll -= amount;
    for (AddressKey network : of) {
      taken.computeIfPresent(network, (key, before) -> before == amount ? null : before - amount);
    }
  }
}
