package dev.ferry.engine.secure;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) on keys as they are on the wire: 32 bytes, little-endian. */
final class X25519 {
  /** The length of a key and of a shared secret. */
  static final int KEY_BYTES = 32;

  private static final String NAME = "X25519";

  /** The u-coordinate of the base point is 9 (section 4.1). */
  private static final byte[] BASE_POINT = new byte[KEY_BYTES];

  static {
    BASE_POINT[0] = 9;
  }

  private X25519() {}

  /** The public key of a private one. */
  static byte[] publicKey(byte[] privateKey) {
    try {
      return sharedSecret(privateKey, BASE_POINT);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the base point has full order", e);
    }
  }

  /**
   * What both sides compute.
   *
   * @throws InvalidKeyException if the public key is a point of small order, so that the secret
   *     would be known to everybody
   */
  static byte[] sharedSecret(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
    try {
      KeyFactory factory = KeyFactory.getInstance(NAME);
      PrivateKey own =
          factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
      PublicKey peers =
          factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u(publicKey)));
      KeyAgreement agreement = KeyAgreement.getInstance(NAME);
      agreement.init(own);
      agreement.doPhase(peers, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new InvalidKeyException(e);
    }
  }

  /** Section 5: the highest bit is not part of the coordinate. */
  private static BigInteger u(byte[] littleEndian) {
    byte[] bigEndian = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      bigEndian[i] = littleEndian[KEY_BYTES - 1 - i];
    }
    bigEndian[0] &= 0x7f;
    return new BigInteger(1, bigEndian);
  }
}
