package dev.ferry.protocol.server;

import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.connection.ConnectionConfig;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import java.net.InetSocketAddress;
import java.util.function.Function;
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
  private FirstPackets onStreams = FirstPackets.LIKE_ALL;
  private Function<InetSocketAddress, ConnectionObserver> observers =
      client -> ConnectionObserver.NONE;

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
    return copy(fewer);
  }

  /** The same, with the first packets over streams no longer than that. */
  public FerryModeConfig withFirstPacketsOnStreams(FirstPackets firstPackets) {
    FerryModeConfig changed = copy(handshakes);
    changed.onStreams = firstPackets;
    return changed;
  }

  /**
   * The same with somebody who is told what happens on each connection.
   *
   * @param newObservers who that is, by the address of the client in the handshake
   */
  public FerryModeConfig withObservers(
      Function<InetSocketAddress, ConnectionObserver> newObservers) {
    FerryModeConfig changed = copy(handshakes);
    changed.observers = newObservers;
    return changed;
  }

  private FerryModeConfig copy(ServerHandshakeConfig newHandshakes) {
    FerryModeConfig copy =
        new FerryModeConfig(newHandshakes, secret, datagramBytes, connections, patienceNs, random);
    copy.onStreams = onStreams;
    copy.observers = observers;
    return copy;
  }

  ServerHandshakeConfig handshakes() {
    return handshakes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  /** A connection over datagrams, no longer than may be sent there. */
  ConnectionConfig connectionTo(InetSocketAddress client) {
    return ConnectionConfig.overDatagrams(
            Math.max(
                HandshakeCodec.MIN_DATAGRAM_BYTES,
                Udp.payloadBytesTo(client.getAddress(), datagramBytes)),
            patienceNs)
        .withObserver(observers.apply(client));
  }

  /** A connection over a stream. */
  ConnectionConfig streamTo(InetSocketAddress client) {
    return ConnectionConfig.overStream(HandshakeCodec.STREAM_PACKET_BYTES, patienceNs, onStreams)
        .withObserver(observers.apply(client));
  }

  int connections() {
    return connections;
  }

  RandomGenerator random() {
    return random;
  }
}
