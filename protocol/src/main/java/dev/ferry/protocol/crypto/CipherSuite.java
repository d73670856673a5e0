package dev.ferry.protocol.crypto;

import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Set;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** What packets are encrypted with; both have a nonce of 12 bytes and a tag of 16. */
public enum CipherSuite {
  /** For every processor with AES instructions. */
  AES_128_GCM(Hello.AES_128_GCM, "AES/GCM/NoPadding", "AES", 16, false) {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new GCMParameterSpec(PacketKeys.TAG_BYTES * Byte.SIZE, nonce);
    }
  },
  /** For the others. */
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

  /** Whether the JDK's cipher does not even decrypt twice in a row with one nonce. */
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

  /** How the suite is called on the wire (protocol.md, section 7.2); a single bit. */
  public int number() {
    return number;
  }

  /** Whether it is one of those whose sum a hello has. */
  public boolean isIn(int sum) {
    return (sum & number) != 0;
  }

  /**
   * What a hello says of the suites that the client takes.
   *
   * @param suites at least one
   */
  public static int sum(Set<CipherSuite> suites) {
    return suites.stream().mapToInt(CipherSuite::number).sum();
  }

  /**
   * From the wire.
   *
   * @param number of one suite
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
