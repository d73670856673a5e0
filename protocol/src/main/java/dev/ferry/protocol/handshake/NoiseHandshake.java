package dev.ferry.protocol.handshake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.protocol.crypto.Crypto;
import dev.ferry.protocol.crypto.Hkdf;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.crypto.X25519;
import dev.ferry.protocol.util.Sha256;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes NN and NNpsk0 of the Noise Protocol Framework (revision 34) with X25519, AES-GCM
 * and SHA-256:
 *
 * <pre>
 * → e          (with a secret: → psk, e)
 * ← e, ee
 * </pre>
 *
 * <p>Each side calls {@link #write} and {@link #read} once, the initiator in this order, and then
 * {@link #finish}. A handshake that has rejected a message cannot go on. Where forged messages are
 * possible, a {@link #copy} must read them.
 */
public final class NoiseHandshake {
  /** The length of ephemeral keys. */
  public static final int KEY_BYTES = X25519.KEY_BYTES;

  /** The length of the authentication tag, in bytes. */
  public static final int TAG_BYTES = 16;

  private static final byte[] NN = "Noise_NN_25519_AESGCM_SHA256".getBytes(US_ASCII);
  private static final byte[] NN_PSK0 = "Noise_NNpsk0_25519_AESGCM_SHA256".getBytes(US_ASCII);
  private static final int NONCE_BYTES = 12;

  private final boolean initiator;
  private final boolean hasSecret;
  private final byte[] ephemeral;
  private byte[] chainingKey;
  private byte[] hash;
  private byte @Nullable [] cipherKey;
  private long nonce;
  private byte @Nullable [] peersEphemeral;

  /**
   * Creates a handshake before its first message.
   *
   * @param initiator whether this side writes first
   * @param prologue data that both sides must agree on
   * @param secret the secret that both sides share, or null
   * @param ephemeral a private key for this handshake alone, 32 random bytes
   */
  public NoiseHandshake(
      boolean initiator, byte[] prologue, @Nullable SharedSecret secret, byte[] ephemeral) {
    this.initiator = initiator;
    this.hasSecret = secret != null;
    this.ephemeral = ephemeral.clone();
    // Section 5.2: a name of up to 32 bytes is padded with zeros.
    this.hash = Arrays.copyOf(secret == null ? NN : NN_PSK0, Hkdf.HASH_BYTES);
    this.chainingKey = hash;
    mixHash(prologue);
    if (secret != null) {
      mixKeyAndHash(secret.toArray());
    }
  }

  private NoiseHandshake(NoiseHandshake other) {
    // Sharing is safe: no array is ever changed in place.
    this.initiator = other.initiator;
    this.hasSecret = other.hasSecret;
    this.ephemeral = other.ephemeral;
    this.chainingKey = other.chainingKey;
    this.hash = other.hash;
    this.cipherKey = other.cipherKey;
    this.nonce = other.nonce;
    this.peersEphemeral = other.peersEphemeral;
  }

  /** An independent copy of this handshake in its current state. */
  NoiseHandshake copy() {
    return new NoiseHandshake(this);
  }

  /**
   * The length of the first message besides its payload, in bytes: a key, and a tag if there is a
   * secret.
   */
  static int firstMessageBytes(boolean hasSecret) {
    return hasSecret ? KEY_BYTES + TAG_BYTES : KEY_BYTES;
  }

  /**
   * Whether the key in a message is a point of small order, so that reading or answering it would
   * fail.
   *
   * @param message at least {@link #KEY_BYTES} bytes
   */
  static boolean hasWorthlessKey(byte[] message) {
    return X25519.isOfSmallOrder(Arrays.copyOf(message, KEY_BYTES));
  }

  /** The secrets of a finished handshake, 32 bytes each. */
  public static final class Secrets {
    private final byte[] initiatorToResponder;
    private final byte[] responderToInitiator;
    private final byte[] hash;

    private Secrets(byte[] initiatorToResponder, byte[] responderToInitiator, byte[] hash) {
      this.initiatorToResponder = initiatorToResponder;
      this.responderToInitiator = responderToInitiator;
      this.hash = hash;
    }

    /** The secret for packets from the initiator. */
    public byte[] initiatorToResponder() {
      return initiatorToResponder.clone();
    }

    /** The secret for packets from the responder. */
    public byte[] responderToInitiator() {
      return responderToInitiator.clone();
    }

    /** The hash that identifies the handshake; it is not secret. */
    public byte[] hash() {
      return hash.clone();
    }
  }

  /**
   * Writes this side's message.
   *
   * @param payload is encrypted, except in the first message of a handshake without secret
   * @throws InvalidKeyException if the peer's key is a point of small order
   */
  public byte[] write(byte[] payload) throws InvalidKeyException {
    byte[] publicKey = X25519.publicKey(ephemeral);
    mixEphemeral(publicKey);
    if (!initiator) {
      mixKey(agree());
    }
    byte[] encrypted = encryptAndHash(payload);
    byte[] message = Arrays.copyOf(publicKey, publicKey.length + encrypted.length);
    System.arraycopy(encrypted, 0, message, publicKey.length, encrypted.length);
    return message;
  }

  /**
   * Reads the peer's message.
   *
   * @return its payload
   * @throws GeneralSecurityException if the message is too short, its key is a point of small
   *     order, or its sender does not agree on the prologue, the secret and all messages so far
   */
  public byte[] read(byte[] message) throws GeneralSecurityException {
    if (message.length < KEY_BYTES) {
      throw new AEADBadTagException("shorter than a key");
    }
    peersEphemeral = Arrays.copyOf(message, KEY_BYTES);
    mixEphemeral(peersEphemeral);
    if (initiator) {
      mixKey(agree());
    }
    return decryptAndHash(Arrays.copyOfRange(message, KEY_BYTES, message.length));
  }

  /** Derives the secrets after both messages. */
  public Secrets finish() {
    byte[][] keys = derive(new byte[0], 2);
    return new Secrets(keys[0], keys[1], hash.clone());
  }

  private byte[] agree() throws InvalidKeyException {
    if (peersEphemeral == null) {
      throw new IllegalStateException("the initiator's message comes first");
    }
    return X25519.sharedSecret(ephemeral, peersEphemeral);
  }

  /** Section 9.2: with a secret, an ephemeral key is mixed into the chaining key as well. */
  private void mixEphemeral(byte[] publicKey) {
    mixHash(publicKey);
    if (hasSecret) {
      mixKey(publicKey);
    }
  }

  private void mixHash(byte[] data) {
    hash = Sha256.of(hash, data);
  }

  private void mixKey(byte[] keyMaterial) {
    byte[][] keys = derive(keyMaterial, 2);
    chainingKey = keys[0];
    setKey(keys[1]);
  }

  private void mixKeyAndHash(byte[] keyMaterial) {
    byte[][] keys = derive(keyMaterial, 3);
    chainingKey = keys[0];
    mixHash(keys[1]);
    setKey(keys[2]);
  }

  /** Section 4.3: HKDF of the chaining key, into several keys. */
  private byte[][] derive(byte[] keyMaterial, int count) {
    byte[] all =
        Hkdf.expand(Hkdf.extract(chainingKey, keyMaterial), new byte[0], count * Hkdf.HASH_BYTES);
    byte[][] keys = new byte[count][];
    for (int i = 0; i < count; i++) {
      keys[i] = Arrays.copyOfRange(all, i * Hkdf.HASH_BYTES, (i + 1) * Hkdf.HASH_BYTES);
    }
    return keys;
  }

  private void setKey(byte[] key) {
    cipherKey = key;
    nonce = 0;
  }

  private byte[] encryptAndHash(byte[] plaintext) {
    byte[] key = cipherKey;
    byte[] ciphertext =
        key == null ? plaintext : Crypto.require(() -> crypt(Cipher.ENCRYPT_MODE, key, plaintext));
    mixHash(ciphertext);
    return ciphertext;
  }

  private byte[] decryptAndHash(byte[] ciphertext) throws GeneralSecurityException {
    if (cipherKey != null && ciphertext.length < TAG_BYTES) {
      throw new AEADBadTagException("shorter than a tag");
    }
    byte[] plaintext =
        cipherKey == null ? ciphertext : crypt(Cipher.DECRYPT_MODE, cipherKey, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  /** Section 12.4: 32 zero bits, and the counter in big-endian order. */
  private byte[] crypt(int mode, byte[] key, byte[] input) throws GeneralSecurityException {
    byte[] iv = Crypto.nonce(new byte[NONCE_BYTES], nonce++);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
    cipher.updateAAD(hash);
    return cipher.doFinal(input);
  }
}
