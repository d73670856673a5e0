package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link TokenBucket} for each network ({@link PeerNetworks}): so often at once, and then at a
 * steady rate; the next larger prefixes have twice and four times as much. Many users behind one
 * address share a bucket, so the first burst is large. A bounded number of buckets is kept; the one
 * that was used the longest ago is forgotten, and its network begins with a full one. Not
 * thread-safe.
 */
public final class RateLimiter {
  private final int burst;
  private final long intervalNs;
  private final PeerNetworks networksOf;
  private final Map<AddressKey, TokenBucket> buckets;

  /**
   * Creates a limiter with full buckets.
   *
   * @param burst how often at once, at least 1
   * @param perSecond how often per second from then on, 1 … 10^9
   * @param networks how many buckets are kept, at least 1
   * @param networksOf of peers
   */
  public RateLimiter(int burst, int perSecond, int networks, PeerNetworks networksOf) {
    this.burst = burst;
    this.intervalNs = Nanos.SECOND / perSecond;
    this.networksOf = networksOf;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<AddressKey, TokenBucket> eldest) {
            return size() > networks;
          }
        };
  }

  /** Whether a peer may do it now; if so, this counts. */
  public boolean tryTake(InetAddress peer, long nowNs) {
    return tryTake(peer, 1, nowNs);
  }

  /**
   * Whether a peer may do something now that is worth doing it several times; if so, this counts.
   *
   * @param times 1 … the burst
   */
  public boolean tryTake(InetAddress peer, int times, long nowNs) {
    List<AddressKey> of = networksOf.of(peer);
    boolean may = true;
    for (int level = 0; level < of.size(); level++) {
      may &= bucket(of.get(level), level).holds(times, nowNs);
    }
    for (int level = 0; may && level < of.size(); level++) {
      bucket(of.get(level), level).take(times);
    }
    return may;
  }

  /** What a peer has done once does not count after all. */
  public void giveBack(InetAddress peer) {
    List<AddressKey> of = networksOf.of(peer);
    for (int level = 0; level < of.size(); level++) {
      bucket(of.get(level), level).giveBack();
    }
  }

  private TokenBucket bucket(AddressKey network, int level) {
    return buckets.computeIfAbsent(
        network, key -> new TokenBucket((long) burst << level, Math.max(1, intervalNs >> level)));
  }
}
