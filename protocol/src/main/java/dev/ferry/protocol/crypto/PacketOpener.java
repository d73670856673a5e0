package dev.ferry.protocol.crypto;

import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts what the peer sends, and follows when it changes its keys: packets of the phase before
 * may still come in late, and one of the next phase is believed only once it has proved genuine
 * (RFC 9001, section 6). Not thread-safe.
 */
public final class PacketOpener {
  /** What {@link #open} returns for a packet that is not the peer's. */
  public static final int REJECTED = -1;

  /**
   * How many forged packets are endured: far below what RFC 9001, section 6.6, allows for AES-GCM
   * (2^52) and ChaCha20-Poly1305 (2^36).
   */
  static final long MAX_REJECTED = 1L << 32;

  private @Nullable PacketKeys previous;
  private PacketKeys current;
  private PacketKeys next;
  private long phase;
  private long firstOfPhase;
  private long rejected;

  /**
   * Begins in key phase 0.
   *
   * @param secret 32 bytes
   */
  public PacketOpener(CipherSuite suite, byte[] secret) {
    this.current = new PacketKeys(suite, secret);
    this.next = current.next();
  }

  /** How many packets were not the peer's. */
  long rejected() {
    return rejected;
  }

  /**
   * Decrypts a packet in place; what was rejected is garbage afterwards.
   *
   * @param number the whole packet number
   * @param phaseBit the lowest bit of the key phase, from the header
   * @param at where the header begins
   * @param ciphertextBytes what follows it, tag included
   * @return the length of the plaintext, which is where the ciphertext was, or {@link #REJECTED}
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
