package dev.ferry.protocol.crypto;

import java.security.GeneralSecurityException;

/** Calls the JDK's cryptography with algorithms that every JDK has. */
public final class Crypto {
  private Crypto() {}

  /**
   * The nonce of a number: an IV of twelve bytes or more, whose last eight are XORed with the
   * number in big-endian order.
   */
  public static byte[] nonce(byte[] iv, long number) {
    byte[] nonce = new byte[iv.length];
    putNonce(iv, number, nonce);
    return nonce;
  }

  /** Writes the nonce of a number into an array as long as the IV. */
  static void putNonce(byte[] iv, long number, byte[] nonce) {
    System.arraycopy(iv, 0, nonce, 0, iv.length);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (number >>> (i * Byte.SIZE));
    }
  }

  /** An operation of the JDK's cryptography. */
  public interface Operation<T> {
    T run() throws GeneralSecurityException;
  }

  /** Runs an operation that fails only if the JDK lacks an algorithm, which is a bug here. */
  public static <T> T require(Operation<T> operation) {
    try {
      return operation.run();
    } catch (GeneralSecurityException e) {
      throw lacking(e);
    }
  }

  /** The exception for an algorithm that the JDK lacks. */
  static IllegalStateException lacking(GeneralSecurityException cause) {
    return new IllegalStateException("the JDK lacks an algorithm that every JDK has", cause);
  }
}
