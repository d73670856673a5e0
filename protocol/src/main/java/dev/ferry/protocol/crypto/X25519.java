package dev.ferry.protocol.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Set;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) with keys as on the wire: 32 bytes, little-endian. */
public final class X25519 {
  /** The length of a key and of a shared secret, in bytes. */
  public static final int KEY_BYTES = 32;

  private static final String NAME = "X25519";

  /** The u-coordinate of the base point, 9 (section 4.1). */
  private static final byte[] BASE_POINT = new byte[KEY_BYTES];

  private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The u-coordinates of the points whose order divides the cofactor 8 (section 6.1). */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          PRIME.subtract(BigInteger.ONE),
          new BigInteger("b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0", 16),
          new BigInteger("57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f", 16));

  static {
    BASE_POINT[0] = 9;
  }

  private X25519() {}

  /** The public key that belongs to a private key. */
  public static byte[] publicKey(byte[] privateKey) {
    try {
      return sharedSecret(privateKey, BASE_POINT);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the base point has full order", e);
    }
  }

  /**
   * The secret that both sides compute.
   *
   * @throws InvalidKeyException if the public key is a point of small order, so that anybody could
   *     compute the secret
   */
  public static byte[] sharedSecret(byte[] privateKey, byte[] publicKey)
      throws InvalidKeyException {
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

  /**
   * Whether {@link #sharedSecret} would reject a public key; much cheaper than calling it.
   *
   * @param publicKey {@link #KEY_BYTES} bytes
   */
  public static boolean isOfSmallOrder(byte[] publicKey) {
    return SMALL_ORDER.contains(u(publicKey).mod(PRIME));
  }

  /** The u-coordinate, without the highest bit (section 5). */
  private static BigInteger u(byte[] littleEndian) {
    byte[] bigEndian = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      bigEndian[i] = littleEndian[KEY_BYTES - 1 - i];
    }
    bigEndian[0] &= 0x7f;
    return new BigInteger(1, bigEndian);
  }
}
