package dev.ferry.miniferry;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's algorithms, on arrays of bytes. */
final class Crypto {
  static final int KEY_BYTES = 32;
  private static final byte[] X509_PREFIX =
      HexFormat.of().parseHex("302a300506032b656e032100"); // RFC 8410

  private Crypto() {}

  static KeyPair newKeyPair() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("X25519").generateKeyPair();
  }

  static byte[] publicBytes(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  static byte[] diffieHellman(KeyPair own, byte[] other) throws GeneralSecurityException {
    PublicKey key =
        KeyFactory.getInstance("X25519")
            .generatePublic(new X509EncodedKeySpec(concat(X509_PREFIX, other)));
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(own.getPrivate());
    agreement.doPhase(key, true);
    return agreement.generateSecret();
  }

  static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(concat(parts));
  }

  static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(concat(parts));
  }

  /** HKDF-Expand of RFC 5869, of one block at most. */
  static byte[] expand(byte[] secret, byte[] info, int bytes) throws GeneralSecurityException {
    return Arrays.copyOf(hmac(secret, info, new byte[] {1}), bytes);
  }

  static byte[] seal(
      boolean chaCha, byte[] key, byte[] nonce, byte[] authenticated, byte[] plaintext)
      throws GeneralSecurityException {
    return crypt(Cipher.ENCRYPT_MODE, chaCha, key, nonce, authenticated, plaintext);
  }

  /** Decrypts; an AEADBadTagException if it was not sealed so. */
  static byte[] open(
      boolean chaCha, byte[] key, byte[] nonce, byte[] authenticated, byte[] ciphertext)
      throws GeneralSecurityException {
    return crypt(Cipher.DECRYPT_MODE, chaCha, key, nonce, authenticated, ciphertext);
  }

  private static byte[] crypt(
      int mode, boolean chaCha, byte[] key, byte[] nonce, byte[] authenticated, byte[] text)
      throws GeneralSecurityException {
    AlgorithmParameterSpec parameters =
        chaCha ? new IvParameterSpec(nonce) : new GCMParameterSpec(128, nonce);
    Cipher cipher = Cipher.getInstance(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, chaCha ? "ChaCha20" : "AES"), parameters);
    cipher.updateAAD(authenticated);
    return cipher.doFinal(text);
  }

  static byte[] concat(byte[]... parts) {
    int bytes = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] whole = new byte[bytes];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
