package dev.ferry.miniferry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;

/** Noise NN and NNpsk0 (protocol section 8), from the framework's chapters 5 and 9. */
final class Noise {
  private static final byte[] NOTHING = {};

  private final KeyPair ephemeral = Crypto.newKeyPair();
  private final boolean withSecret;
  private byte[] chainingKey;
  private byte[] hash;
  private byte[] key = NOTHING;
  private long nonce;

  /** Begins with a secret of 32 bytes, or an empty one. */
  Noise(byte[] secret, byte[] prologue) throws GeneralSecurityException {
    withSecret = secret.length > 0;
    String name = withSecret ? "Noise_NNpsk0_25519_AESGCM_SHA256" : "Noise_NN_25519_AESGCM_SHA256";
    hash = Arrays.copyOf(name.getBytes(US_ASCII), 32);
    chainingKey = hash;
    mixHash(prologue);
    if (withSecret) {
      byte[][] three = hkdf(secret);
      chainingKey = three[0];
      mixHash(three[1]);
      key = three[2];
    }
  }

  byte[] writeFirst(byte[] payload) throws GeneralSecurityException {
    byte[] own = Crypto.publicBytes(ephemeral);
    mixEphemeral(own);
    return Crypto.concat(own, encrypt(payload));
  }

  /** Reads the first message, and returns its payload. */
  byte[] readFirst(byte[] message) throws GeneralSecurityException {
    mixEphemeral(Arrays.copyOf(message, Crypto.KEY_BYTES));
    return decrypt(Arrays.copyOfRange(message, Crypto.KEY_BYTES, message.length));
  }

  byte[] writeSecond(byte[] first, byte[] payload) throws GeneralSecurityException {
    byte[] own = Crypto.publicBytes(ephemeral);
    mixEphemeral(own);
    mixKey(Crypto.diffieHellman(ephemeral, Arrays.copyOf(first, Crypto.KEY_BYTES)));
    return Crypto.concat(own, encrypt(payload));
  }

  /** Reads the second message, and returns its payload. */
  byte[] readSecond(byte[] message) throws GeneralSecurityException {
    byte[] other = Arrays.copyOf(message, Crypto.KEY_BYTES);
    mixEphemeral(other);
    mixKey(Crypto.diffieHellman(ephemeral, other));
    return decrypt(Arrays.copyOfRange(message, Crypto.KEY_BYTES, message.length));
  }

  /** The secrets of what the client and what the server sends. */
  byte[][] split() throws GeneralSecurityException {
    return hkdf(NOTHING);
  }

  private void mixEphemeral(byte[] bytes) throws GeneralSecurityException {
    mixHash(bytes);
    if (withSecret) {
      mixKey(bytes);
    }
  }

  private void mixKey(byte[] input) throws GeneralSecurityException {
    byte[][] two = hkdf(input);
    chainingKey = two[0];
    key = two[1];
    nonce = 0;
  }

  private void mixHash(byte[] bytes) throws GeneralSecurityException {
    hash = Crypto.sha256(hash, bytes);
  }

  private byte[][] hkdf(byte[] input) throws GeneralSecurityException {
    byte[] temporary = Crypto.hmac(chainingKey, input);
    byte[] one = Crypto.hmac(temporary, new byte[] {1});
    byte[] two = Crypto.hmac(temporary, one, new byte[] {2});
    byte[] three = Crypto.hmac(temporary, two, new byte[] {3});
    return new byte[][] {one, two, three};
  }

  private byte[] encrypt(byte[] plaintext) throws GeneralSecurityException {
    byte[] text =
        key.length == 0 ? plaintext : Crypto.seal(false, key, nextNonce(), hash, plaintext);
    mixHash(text);
    return text;
  }

  private byte[] decrypt(byte[] text) throws GeneralSecurityException {
    byte[] plaintext = key.length == 0 ? text : Crypto.open(false, key, nextNonce(), hash, text);
    mixHash(text);
    return plaintext;
  }

  private byte[] nextNonce() {
    return ByteBuffer.allocate(12).putInt(0).putLong(nonce++).array();
  }
}
