package dev.ferry.protocol.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one direction for one key phase (protocol.md, section 9). The nonce of a packet is
 * the IV XORed with the packet number, as in RFC 9001, section 5.3. Only the JDK allocates per
 * packet.
 */
final class PacketKeys {
  /** The length of the authentication tag, in bytes. */
  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final int SECRET_BYTES = 32;

  private final CipherSuite suite;
  private final byte[] secret;
  private final Key key;
  private final byte[] iv;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private Cipher cipher;

  /**
   * Derives the keys.
   *
   * @param secret 32 bytes
   */
  PacketKeys(CipherSuite suite, byte[] secret) {
    this.suite = suite;
    this.secret = secret.clone();
    this.key = new SecretKeySpec(derive("ferry key", suite.keyBytes), suite.keyAlgorithm);
    this.iv = derive("ferry iv", NONCE_BYTES);
    this.cipher = newCipher();
  }

  private Cipher newCipher() {
    try {
      return Cipher.getInstance(suite.transformation);
    } catch (GeneralSecurityException e) {
      throw Crypto.lacking(e);
    }
  }

  private byte[] derive(String label, int bytes) {
    return Hkdf.expand(secret, label.getBytes(US_ASCII), bytes);
  }

  /** The keys of the next key phase. */
  PacketKeys next() {
    return new PacketKeys(suite, derive("ferry update", SECRET_BYTES));
  }

  /**
   * Encrypts a packet.
   *
   * @param buffer the header, the plaintext, and room for the tag
   * @param at where the header begins
   * @return the length of the whole packet
   */
  int seal(long number, byte[] buffer, int at, int headerBytes, int plaintextBytes) {
    int from = at + headerBytes;
    try {
      return headerBytes
          + run(Cipher.ENCRYPT_MODE, number, buffer, at, headerBytes, from, plaintextBytes);
    } catch (GeneralSecurityException e) {
      throw Crypto.lacking(e);
    }
  }

  /**
   * Decrypts a packet in place.
   *
   * @param at where the header begins
   * @param ciphertextBytes the length of the ciphertext behind the header, tag included
   * @return the length of the plaintext, which replaces the ciphertext
   * @throws GeneralSecurityException if the packet is not authentic
   */
  int open(long number, byte[] buffer, int at, int headerBytes, int ciphertextBytes)
      throws GeneralSecurityException {
    int from = at + headerBytes;
    try {
      return run(Cipher.DECRYPT_MODE, number, buffer, at, headerBytes, from, ciphertextBytes);
    } catch (GeneralSecurityException e) {
      if (suite.takesNoNonceTwice) {
        cipher = newCipher(); // A forged packet must not block the genuine one with the same nonce.
      }
      throw e;
    }
  }

  private int run(
      int mode, long number, byte[] buffer, int at, int headerBytes, int from, int inputBytes)
      throws GeneralSecurityException {
    Crypto.putNonce(iv, number, nonce);
    cipher.init(mode, key, suite.parameters(nonce));
    cipher.updateAAD(buffer, at, headerBytes);
    return cipher.doFinal(buffer, from, inputBytes, buffer, from);
  }
}
