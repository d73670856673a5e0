package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each network ({@link AddressKey#ofNetwork}): so often at once, and then at a
 * steady rate. Many users behind one address share a bucket, so the first burst is large. A bounded
 * number of buckets is kept; the one that was used the longest ago is forgotten, and its network
 * begins with a full one. Not thread-safe.
 */
public final class RateLimiter {
  private final int burst;
  private final long intervalNs;
  private final long seed;
  private final Map<AddressKey, Bucket> buckets;

  /** What is left, and since when. */
  private static final class Bucket {
    private long left;
    private long sinceNs;

    private Bucket(long left, long sinceNs) {
      this.left = left;
      this.sinceNs = sinceNs;
    }
  }

  /**
   * Creates a limiter with full buckets.
   *
   * @param burst how often at once, at least 1
   * @param perSecond how often per second from then on, 1 … 10^9
   * @param networks how many buckets are kept, at least 1
   * @param seed of {@link AddressKey}
   */
  public RateLimiter(int burst, int perSecond, int networks, long seed) {
    this.burst = burst;
    this.intervalNs = Nanos.SECOND / perSecond;
    this.seed = seed;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<AddressKey, Bucket> eldest) {
            return size() > networks;
          }
        };
  }

  /** Whether a peer may do it now; if so, this counts. */
  public boolean tryTake(InetAddress peer, long nowNs) {
    Bucket bucket =
        buckets.computeIfAbsent(
            AddressKey.ofNetwork(peer, seed), network -> new Bucket(burst, nowNs));
    long added = (nowNs - bucket.sinceNs) / intervalNs;
    if (added > 0) {
      bucket.left = Math.min(burst, bucket.left + added);
      bucket.sinceNs += added * intervalNs;
    }
    if (bucket.left == 0) {
      return false;
    }
    bucket.left--;
    return true;
  }
}
