package dev.ferry.protocol.crypto;

import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Set;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** The cipher suites for packets; both have a nonce of 12 bytes and a tag of 16. */
public enum CipherSuite {
  /** The faster suite on processors with AES instructions. */
  AES_128_GCM(Hello.AES_128_GCM, "AES/GCM/NoPadding", "AES", 16, false) {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new GCMParameterSpec(PacketKeys.TAG_BYTES * Byte.SIZE, nonce);
    }
  },
  /** The faster suite on other processors. */
  CHACHA20_POLY1305(Hello.CHACHA20_POLY1305, "ChaCha20-Poly1305", "ChaCha20", 32, true) {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new IvParameterSpec(nonce);
    }
  };

  private final int number;
  final String transformation;
  final String keyAlgorithm;
  final int keyBytes;

  /** Whether the JDK's cipher refuses to decrypt twice in a row with the same nonce. */
  final boolean takesNoNonceTwice;

  CipherSuite(
      int number,
      String transformation,
      String keyAlgorithm,
      int keyBytes,
      boolean takesNoNonceTwice) {
    this.number = number;
    this.transformation = transformation;
    this.keyAlgorithm = keyAlgorithm;
    this.keyBytes = keyBytes;
    this.takesNoNonceTwice = takesNoNonceTwice;
  }

  abstract AlgorithmParameterSpec parameters(byte[] nonce);

  /** The suite's number on the wire (protocol.md, section 7.2), a single bit. */
  public int number() {
    return number;
  }

  /** Whether the suite is one of those in a hello's sum. */
  public boolean isIn(int sum) {
    return (sum & number) != 0;
  }

  /**
   * The sum that a hello carries for the suites that the client accepts.
   *
   * @param suites at least one
   */
  public static int sum(Set<CipherSuite> suites) {
    int sum = 0;
    for (CipherSuite suite : suites) {
      sum |= suite.number;
    }
    return sum;
  }

  /**
   * The suite with a number from the wire.
   *
   * @param number the number of one suite
   */
  public static CipherSuite of(int number) {
    for (CipherSuite suite : values()) {
      if (suite.number == number) {
        return suite;
      }
    }
    throw new IllegalArgumentException("no cipher suite: " + number);
  }
}
