package dev.ferry.engine.secure;

import java.security.GeneralSecurityException;

/** Calls the JDK's cryptography for algorithms that every JDK has. */
final class Crypto {
  private Crypto() {}

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
