package dev.ferry.protocol.util;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An address as the key of a table of strangers. Java's own hash of an address and a port can be
 * steered by whoever chooses both, so that all of them share a bucket. This one depends on a seed
 * that strangers do not know, and keys have an order, by which {@link java.util.HashMap} finds its
 * way in a bucket that is full all the same. Immutable.
 */
public final class AddressKey implements Comparable<AddressKey> {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_NETWORK_BYTES = 8;

  private final long high;
  private final long low;

  /** The port or the bits of a prefix, and the length of the address above it. */
  private final int rest;

  private final int hash;

  private AddressKey(long high, long low, int rest, long seed) {
    this.high = high;
    this.low = low;
    this.rest = rest;
    this.hash = (int) (mix(mix(mix(seed ^ low) ^ high) ^ rest) >>> Integer.SIZE);
  }

  /**
   * The key of one peer.
   *
   * @param seed the same for all keys of a table, and unknown to others
   */
  public static AddressKey of(InetSocketAddress address, long seed) {
    return of(address.getAddress(), address.getPort(), Long.SIZE * 2, seed);
  }

  /**
   * The key of all peers whose addresses begin alike.
   *
   * @param bits how many bits they have in common; 32 for IPv4, 1 … 64 for IPv6
   * @param seed the same for all keys of a table, and unknown to others
   */
  static AddressKey ofPrefix(InetAddress address, int bits, long seed) {
    return of(address, bits, bits, seed);
  }

  /** The smallest network of {@link PeerNetworks}, as bytes of its address. */
  public static Bytes networkOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    return Bytes.copyOf(
        bytes.length == IPV4_BYTES ? bytes : Arrays.copyOf(bytes, IPV6_NETWORK_BYTES));
  }

  private static AddressKey of(InetAddress address, int portOrBits, int bits, long seed) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    int rest = bytes.remaining() << Short.SIZE | portOrBits;
    if (bytes.remaining() == IPV4_BYTES) {
      return new AddressKey(0, bytes.getInt(), rest, seed);
    }
    long high = bytes.getLong();
    return bits > Long.SIZE
        ? new AddressKey(high, bytes.getLong(), rest, seed)
        : new AddressKey(high & (-1L << (Long.SIZE - bits)), 0, rest, seed);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014), a permutation. */
  private static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public int compareTo(AddressKey other) {
    int byLow = Long.compare(low, other.low);
    int byHigh = Long.compare(high, other.high);
    return byLow != 0 ? byLow : byHigh != 0 ? byHigh : Integer.compare(rest, other.rest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressKey key
        && key.low == low
        && key.high == high
        && key.rest == rest;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
