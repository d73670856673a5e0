package dev.ferry.protocol;

/**
 * How long the first packets of a connection may be: where what carries them does better with
 * smaller ones at the beginning.
 *
 * @param count how many packets it is about, 0 or more
 * @param maxBytes their length at most, 1200 or more
 */
public record FirstPackets(long count, int maxBytes) {
  /** As long as all others. */
  public static final FirstPackets LIKE_ALL = new FirstPackets(0, Integer.MAX_VALUE);
}
