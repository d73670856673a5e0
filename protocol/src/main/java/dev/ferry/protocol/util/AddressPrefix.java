package dev.ferry.protocol.util;

import java.net.InetAddress;

/**
 * All addresses that begin with the same bits (RFC 4632). Those of IPv4 and of IPv6 are different.
 *
 * @param address one of them
 * @param bits how many bits they have in common, 0 … 32 or 128
 */
public record AddressPrefix(InetAddress address, int bits) {
  /**
   * Checks the number of bits.
   *
   * @throws IllegalArgumentException if an address has not so many
   */
  public AddressPrefix {
    if (bits < 0 || bits > address.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("no prefix of so many bits: " + bits);
    }
  }

  /** Whether the address has only zeros behind these bits, as it is usually written. */
  public boolean isCanonical() {
    byte[] bytes = address.getAddress();
    for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
      if ((bytes[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether an address begins like this. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] others = other.getAddress();
    boolean same = mine.length == others.length;
    for (int i = 0; same && i * Byte.SIZE < bits; i++) {
      int restBits = Math.min(Byte.SIZE, bits - i * Byte.SIZE);
      same = (mine[i] ^ others[i]) >> (Byte.SIZE - restBits) == 0;
    }
    return same;
  }
}
