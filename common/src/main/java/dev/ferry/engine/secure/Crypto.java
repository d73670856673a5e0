package dev.ferry.engine.secure;

import java.security.GeneralSecurityException;

/** Calls the JDK's cryptography for algorithms that every JDK has. */
final class Crypto {
  private Crypto() {}

  /**
   * The nonce of a number: the number in eight bytes, big-endian, by exclusive or at the end of an
   * IV of twelve or more.
   */
  static byte[] nonce(byte[] iv, long number) {
    byte[] nonce = iv.clone();
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (number >>> (i * Byte.SIZE));
    }
    return nonce;
  }

  /** An operation of the JDK's. */
  interface Operation<T> {
    T run() throws GeneralSecurityException;
  }

  /** Runs an operation that fails only if the JDK lacks an algorithm, which is a bug here. */
  static <T> T require(Operation<T> operation) {
    try {
      return operation.run();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks an algorithm that every JDK has", e);
    }
  }
}
