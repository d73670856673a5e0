package dev.ferry.engine.secure;

import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** What packets are encrypted with; both have a nonce of 12 bytes and a tag of 16. */
public enum CipherSuite {
  /** For every processor with AES instructions. */
  AES_128_GCM("AES/GCM/NoPadding", "AES", 16) {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new GCMParameterSpec(PacketKeys.TAG_BYTES * Byte.SIZE, nonce);
    }
  },
  /** For the others. */
  CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32) {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new IvParameterSpec(nonce);
    }
  };

  final String transformation;
  final String keyAlgorithm;
  final int keyBytes;

  CipherSuite(String transformation, String keyAlgorithm, int keyBytes) {
    this.transformation = transformation;
    this.keyAlgorithm = keyAlgorithm;
    this.keyBytes = keyBytes;
  }

  abstract AlgorithmParameterSpec parameters(byte[] nonce);
}
