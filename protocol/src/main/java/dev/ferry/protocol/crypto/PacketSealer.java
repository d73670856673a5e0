package dev.ferry.protocol.crypto;

/**
 * Encrypts the packets of one side, and updates the keys long before the cipher's confidentiality
 * limit.
 */
public final class PacketSealer {
  /**
   * The number of packets in a key phase: an eighth of the confidentiality limit of RFC 9001,
   * section 6.6, for AES-GCM.
   */
  static final long PACKETS_PER_PHASE = 1 << 20;

  /** The length of the authentication tag, in bytes. */
  public static final int TAG_BYTES = PacketKeys.TAG_BYTES;

  private PacketKeys keys;
  private long phase;
  private long sealedInPhase;

  /**
   * Creates a sealer in key phase 0.
   *
   * @param secret 32 bytes
   */
  public PacketSealer(CipherSuite suite, byte[] secret) {
    this.keys = new PacketKeys(suite, secret);
  }

  /** The key phase of the next packet; its lowest bit must be in the header. */
  public long nextPhase() {
    if (sealedInPhase == PACKETS_PER_PHASE) {
      keys = keys.next();
      phase++;
      sealedInPhase = 0;
    }
    return phase;
  }

  /**
   * Encrypts a packet, after {@link #nextPhase}.
   *
   * @param number the packet number, never used before
   * @param buffer the header, then the plaintext, then room for {@link #TAG_BYTES}
   * @param at where the header begins
   * @return the length of the whole packet
   */
  public int seal(long number, byte[] buffer, int at, int headerBytes, int plaintextBytes) {
    sealedInPhase++;
    return keys.seal(number, buffer, at, headerBytes, plaintextBytes);
  }
}
