package dev.ferry.protocol.server;

import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import java.net.InetAddress;

/**
 * How much strangers may have hashed, for each network of them: {@value #BURST_UNITS} units of 64
 * KiB (64 GiB) at once, and {@value #UNITS_PER_SECOND} a second (64 MiB) from then on. A file that
 * is larger than what is allowed at once counts as that. Peers with the server's secret may have
 * hashed what they like. Not thread-safe.
 */
final class HashBudget {
  /** What is hashed at once, in units. */
  static final int BURST_UNITS = 1 << 20;

  /** What is hashed from then on. */
  static final int UNITS_PER_SECOND = 1 << 10;

  private static final int UNIT_BYTES = 64 << 10;
  private static final int NETWORKS = 2048;

  private final RateLimiter units;
  private final boolean unlimited;

  /**
   * Creates a budget of which nothing is used.
   *
   * @param networks of peers
   * @param unlimited whether all peers have the secret
   */
  HashBudget(PeerNetworks networks, boolean unlimited) {
    this.units = new RateLimiter(BURST_UNITS, UNITS_PER_SECOND, NETWORKS, networks);
    this.unlimited = unlimited;
  }

  /**
   * Whether a peer may have a file hashed now; if so, it counts.
   *
   * @return 0 if so, else after how many seconds another attempt is worth while
   */
  long secondsUntil(InetAddress peer, long sizeBytes, long nowNs) {
    int wanted = (int) Math.min(BURST_UNITS, 1 + sizeBytes / UNIT_BYTES);
    if (unlimited || units.tryTake(peer, wanted, nowNs)) {
      return 0;
    }
    return 1L + wanted / UNITS_PER_SECOND;
  }
}
