package dev.ferry.protocol.server;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a server grants those who speak Ferry mode. */
public final class FerryModeConfig {
  /** No answer to a hello is longer. */
  static final int MAX_ANSWER_BYTES = 1200;

  /** The smallest datagram that every path of Ferry mode must take. */
  public static final int MIN_DATAGRAM_BYTES = 1200;

  /** How many handshakes may be half open; with a quarter of it clients are asked for a token. */
  public static final int HALF_OPEN = 1024;

  /** Connections outlive their transfers, while the client may not know how it ended. */
  public static final int CONNECTIONS_PER_SESSION = 2;

  private static final int IPV6_EXTRA_BYTES = 20;

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
            halfOpen,
            handshakes.largestDatagramBytes(),
            handshakes.preferred(),
            handshakes.takesHellosWithoutSecret());
    return new FerryModeConfig(fewer, secret, datagramBytes, connections, patienceNs, random);
  }

  ServerHandshakeConfig handshakes() {
    return handshakes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  /** The largest datagram to send there: an IPv6 header is 20 bytes longer than one of IPv4. */
  int datagramBytesTo(InetSocketAddress client) {
    return client.getAddress() instanceof Inet6Address
        ? Math.max(MIN_DATAGRAM_BYTES, datagramBytes - IPV6_EXTRA_BYTES)
        : datagramBytes;
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
