package dev.ferry.protocol.crypto;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts packets of the peer, and follows its key updates (RFC 9001, section 6). Late packets of
 * the previous key phase are still opened. The next key phase begins with its first authentic
 * packet.
 */
public final class PacketOpener {
  /** The result of {@link #open} for a packet that is not authentic. */
  public static final int REJECTED = -1;

  /**
   * The limit on rejected packets, far below the integrity limits of RFC 9001, section 6.6, for
   * AES-GCM (2^52) and ChaCha20-Poly1305 (2^36).
   */
  static final long MAX_REJECTED = 1L << 32;

  private @Nullable PacketKeys previous;
  private PacketKeys current;
  private PacketKeys next;
  private long phase;
  private long firstOfPhase;
  private long rejected;

  /**
   * Creates an opener in key phase 0.
   *
   * @param secret 32 bytes
   */
  public PacketOpener(CipherSuite suite, byte[] secret) {
    this.current = new PacketKeys(suite, secret);
    this.next = current.next();
  }

  /** How many packets were not authentic. */
  long rejected() {
    return rejected;
  }

  /**
   * Decrypts a packet in place; the content of a rejected packet is undefined afterwards.
   *
   * @param number the whole packet number
   * @param phaseBit the lowest bit of the key phase, from the header
   * @param at where the header begins
   * @param ciphertextBytes the length of the ciphertext behind the header, tag included
   * @return the length of the plaintext, which replaces the ciphertext, or {@link #REJECTED}
   */
  public int open(
      long number, int phaseBit, byte[] buffer, int at, int headerBytes, int ciphertextBytes) {
    boolean changed = phaseBit != (phase & 1);
    boolean late = changed && previous != null && number < firstOfPhase;
    PacketKeys keys = !changed ? current : late ? previous : next;
    if (keys == null || ciphertextBytes < PacketKeys.TAG_BYTES || rejected >= MAX_REJECTED) {
      rejected++;
      return REJECTED;
    }
    try {
      int plaintextBytes = keys.open(number, buffer, at, headerBytes, ciphertextBytes);
      if (changed && !late) {
        advance(number);
      }
      return plaintextBytes;
    } catch (GeneralSecurityException e) {
      rejected++;
      return REJECTED;
    }
  }

  private void advance(long firstNumber) {
    previous = current;
    current = next;
    next = current.next();
    phase++;
    firstOfPhase = firstNumber;
  }
}
