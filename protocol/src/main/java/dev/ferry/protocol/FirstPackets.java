package dev.ferry.protocol;

/**
 * A limit on the length of the first packets of a connection, for transports that start faster with
 * small packets.
 *
 * @param count how many packets are limited, 0 or more
 * @param maxBytes their largest length, 1200 or more
 */
public record FirstPackets(long count, int maxBytes) {
  /** No limit: the first packets may be as long as all others. */
  public static final FirstPackets LIKE_ALL = new FirstPackets(0, Integer.MAX_VALUE);
}
