package dev.ferry.server;

import dev.ferry.engine.secure.ServerHandshakeConfig;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a server grants those who speak Ferry mode. The secret's array is never changed. */
final class FerryConfig {
  /** No answer to a hello is longer. */
  static final int MAX_ANSWER_BYTES = 1200;

  private final ServerHandshakeConfig handshakes;
  private final byte @Nullable [] secret;
  private final int datagramBytes;
  private final int connections;
  private final long patienceNs;
  private final RandomGenerator random;

  /**
   * Puts it together.
   *
   * @param secret 32 bytes that clients must have too, or null
   * @param datagramBytes the largest datagram to send, 1200 … 65507
   * @param connections how many there may be, finished ones that linger included
   * @param patienceNs how long to go on without progress
   * @param random fit for keys
   */
  FerryConfig(
      ServerHandshakeConfig handshakes,
      byte @Nullable [] secret,
      int datagramBytes,
      int connections,
      long patienceNs,
      RandomGenerator random) {
    this.handshakes = handshakes;
    this.secret = secret;
    this.datagramBytes = datagramBytes;
    this.connections = connections;
    this.patienceNs = patienceNs;
    this.random = random;
  }

  ServerHandshakeConfig handshakes() {
    return handshakes;
  }

  byte @Nullable [] secret() {
    return secret;
  }

  int datagramBytes() {
    return datagramBytes;
  }

  int connections() {
    return connections;
  }

  long patienceNs() {
    return patienceNs;
  }

  RandomGenerator random() {
    return random;
  }
}
