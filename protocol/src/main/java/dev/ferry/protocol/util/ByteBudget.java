package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.util.List;

/**
 * Memory that peers can make an end hold, in sum over all connections: what comes before its time,
 * with gaps, in pieces, or is not read. One network ({@link NetworkQuota}) gets a part of it only,
 * so that it cannot take what others need. Not thread-safe.
 */
public final class ByteBudget {
  private final NetworkQuota quota;

  /**
   * Creates a budget of which nothing is held.
   *
   * @param totalBytes for all networks together
   * @param perNetworkBytes for one of them
   * @param seed of {@link AddressKey}
   */
  public ByteBudget(long totalBytes, long perNetworkBytes, long seed) {
    this(totalBytes, perNetworkBytes, new PeerNetworks(seed, List.of()));
  }

  /**
   * The same with trusted peers.
   *
   * @param totalBytes for all networks together
   * @param perNetworkBytes for one of them
   */
  public ByteBudget(long totalBytes, long perNetworkBytes, PeerNetworks networks) {
    this.quota = new NetworkQuota(totalBytes, perNetworkBytes, networks);
  }

  /** A share without a limit, for an end that has chosen its only peer. */
  public static Share unlimited() {
    return new ByteBudget(Long.MAX_VALUE, Long.MAX_VALUE, 0)
        .share(InetAddress.getLoopbackAddress());
  }

  /** The share of a connection, which holds nothing yet. */
  public Share share(InetAddress peer) {
    return new Share(quota.networksOf(peer));
  }

  /** How much is held in all, in bytes. */
  public long heldBytes() {
    return quota.taken();
  }

  /** What one connection holds. */
  public final class Share {
    private final List<AddressKey> networks;
    private long bytes;

    private Share(List<AddressKey> networks) {
      this.networks = networks;
    }

    /** How much more it could hold. */
    public long leftBytes() {
      return quota.left(networks);
    }

    /** How much it holds. */
    public long bytes() {
      return bytes;
    }

    /**
     * Holds more or less than before.
     *
     * @param newBytes what it is going to hold in all, 0 or more
     * @return false if there is not so much left, and nothing has changed; less is always possible
     */
    public boolean hold(long newBytes) {
      long added = newBytes - bytes;
      if (added > 0 && !quota.tryTake(networks, added)) {
        return false;
      }
      if (added < 0) {
        quota.giveBack(networks, -added);
      }
      bytes = newBytes;
      return true;
    }

    /**
     * Holds more or less than before, even if there is not so much left: for what is in memory
     * already. Nothing is left then until enough is given back.
     *
     * @param newBytes what it holds in all, 0 or more
     */
    public void holdBeyondLimit(long newBytes) {
      if (!hold(newBytes)) {
        quota.take(networks, newBytes - bytes);
        bytes = newBytes;
      }
    }
  }
}
