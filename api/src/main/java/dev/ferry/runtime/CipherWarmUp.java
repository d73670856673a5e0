package dev.ferry.runtime;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.crypto.X25519;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the JDK load and prepare its ciphers beside whatever else a client has to do before its first
 * packet: that takes as long as all the rest.
 */
final class CipherWarmUp {
  private static final AtomicBoolean BEGUN = new AtomicBoolean();
  private static final int SECRET_BYTES = 32;
  private static final int PLAINTEXT_BYTES = 16;

  private CipherWarmUp() {}

  /** Begins, once in the life of the virtual machine. */
  static void start() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(CipherWarmUp::run, "cipher-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void run() {
    agree();
    seal();
  }

  private static void agree() {
    X25519.publicKey(new byte[X25519.KEY_BYTES]);
  }

  private static void seal() {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, new byte[SECRET_BYTES]);
    sealer.nextPhase();
    sealer.seal(0, new byte[PLAINTEXT_BYTES + PacketSealer.TAG_BYTES], 0, 0, PLAINTEXT_BYTES);
  }
}
