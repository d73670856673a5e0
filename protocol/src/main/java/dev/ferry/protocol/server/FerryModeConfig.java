package dev.ferry.protocol.server;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a server grants those who speak Ferry mode. */
public final class FerryModeConfig {
  /** How many handshakes may be half open; with a quarter of it clients are asked for a token. */
  public static final int HALF_OPEN = 1024;

  /** Connections outlive their transfers, while the client may not know how it ended. */
  public static final int CONNECTIONS_PER_SESSION = 2;

  private final ServerHandshakeConfig handshakes;
  private final @Nullable SharedSecret secret;
  private final int datagramBytes;
  private final int connections;
  private final long patienceNs;
  private final RandomGenerator random;

  /**
   * Puts it together.
   *
   * @param secret what clients must have too, or null
   * @param datagramBytes the largest datagram to send, 1200 … 65507
   * @param connections how many there may be, finished ones that linger included
   * @param patienceNs how long to go on without progress
   * @param random fit for keys
   */
  public FerryModeConfig(
      ServerHandshakeConfig handshakes,
      @Nullable SharedSecret secret,
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

  /** The same for so many half-open handshakes, at least 1. */
  FerryModeConfig withHalfOpen(int halfOpen) {
    ServerHandshakeConfig fewer =
        new ServerHandshakeConfig(
            halfOpen, handshakes.largestDatagramBytes(), handshakes.preferred());
    return new FerryModeConfig(fewer, secret, datagramBytes, connections, patienceNs, random);
  }

  ServerHandshakeConfig handshakes() {
    return handshakes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  /** The largest datagram to send there. */
  int datagramBytesTo(InetSocketAddress client) {
    return Math.max(
        HandshakeCodec.MIN_DATAGRAM_BYTES, Udp.payloadBytesTo(client.getAddress(), datagramBytes));
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
