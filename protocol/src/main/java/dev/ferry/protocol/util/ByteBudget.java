package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory that peers can make an end hold, in sum over all connections: what comes before its time,
 * with gaps, in pieces, or is not read. One network ({@link AddressKey#ofNetwork}) gets a part of
 * it only, so that it cannot take what others need. Not thread-safe.
 */
public final class ByteBudget {
  private final long totalBytes;
  private final long perNetworkBytes;
  private final long seed;
  private final Map<AddressKey, Long> held = new HashMap<>();
  private long heldBytes;

  /**
   * Creates a budget of which nothing is held.
   *
   * @param totalBytes for all networks together
   * @param perNetworkBytes for one of them
   * @param seed of {@link AddressKey}
   */
  public ByteBudget(long totalBytes, long perNetworkBytes, long seed) {
    this.totalBytes = totalBytes;
    this.perNetworkBytes = perNetworkBytes;
    this.seed = seed;
  }

  /** A share without a limit, for an end that has chosen its only peer. */
  public static Share unlimited() {
    return new ByteBudget(Long.MAX_VALUE, Long.MAX_VALUE, 0)
        .share(InetAddress.getLoopbackAddress());
  }

  /** The share of a connection, which holds nothing yet. */
  public Share share(InetAddress peer) {
    return new Share(AddressKey.ofNetwork(peer, seed));
  }

  /** How much is held in all, in bytes. */
  public long heldBytes() {
    return heldBytes;
  }

  /** What one connection holds. */
  public final class Share {
    private final AddressKey network;
    private long bytes;

    private Share(AddressKey network) {
      this.network = network;
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
      if (added == 0) {
        return true;
      }
      long ofNetwork = held.getOrDefault(network, 0L) + added;
      if (added > 0 && (added > totalBytes - heldBytes || ofNetwork > perNetworkBytes)) {
        return false;
      }
      bytes = newBytes;
      heldBytes += added;
      if (ofNetwork == 0) {
        held.remove(network);
      } else {
        held.put(network, ofNetwork);
      }
      return true;
    }
  }
}
