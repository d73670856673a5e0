package dev.ferry.protocol.client;

import dev.ferry.protocol.connection.PathState;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a client goes about it. Immutable. */
public final class ClientConfig {
  /** How long to wait for the first answer, unless said otherwise. */
  public static final long START_PATIENCE_NS = 20 * Nanos.SECOND;

  /** How long to go on without progress, unless said otherwise. */
  public static final long PATIENCE_NS = 120 * Nanos.SECOND;

  private final InetSocketAddress server;
  private final int datagramBytes;
  private final @Nullable SharedSecret secret;
  private final Set<CipherSuite> suites;
  private final long startPatienceNs;
  private final long patienceNs;
  private final boolean stream;

  private ClientConfig(
      InetSocketAddress server,
      int datagramBytes,
      @Nullable SharedSecret secret,
      Set<CipherSuite> suites,
      long startPatienceNs,
      long patienceNs,
      boolean stream) {
    this.server = server;
    this.datagramBytes = datagramBytes;
    this.secret = secret;
    this.suites = suites;
    this.startPatienceNs = startPatienceNs;
    this.patienceNs = patienceNs;
    this.stream = stream;
  }

  /**
   * Without a secret, with every cipher suite and the usual patience.
   *
   * @param datagramBytes the largest datagram to send, 1200 … 65507
   */
  public static ClientConfig of(InetSocketAddress server, int datagramBytes) {
    return new ClientConfig(
        server,
        datagramBytes,
        null,
        EnumSet.allOf(CipherSuite.class),
        START_PATIENCE_NS,
        PATIENCE_NS,
        false);
  }

  /**
   * The same with a secret.
   *
   * @param newSecret what the server has too, or null
   */
  public ClientConfig withSecret(@Nullable SharedSecret newSecret) {
    return new ClientConfig(
        server, datagramBytes, newSecret, suites, startPatienceNs, patienceNs, stream);
  }

  /** The same with other cipher suites, at least one. */
  public ClientConfig withSuites(Set<CipherSuite> newSuites) {
    return new ClientConfig(
        server, datagramBytes, secret, newSuites, startPatienceNs, patienceNs, stream);
  }

  /** The same with another patience with the first answer. */
  public ClientConfig withStartPatienceNs(long newStartPatienceNs) {
    return new ClientConfig(
        server, datagramBytes, secret, suites, newStartPatienceNs, patienceNs, stream);
  }

  /** The same over a stream, such as a TCP connection, that carries the datagrams. */
  public ClientConfig overStream() {
    return new ClientConfig(
        server, datagramBytes, secret, suites, startPatienceNs, patienceNs, true);
  }

  PathState path(RandomGenerator random) {
    return stream ? PathState.overStream(server, random) : PathState.toServer(server, random);
  }

  /** Whether a stream carries the datagrams, which loses none. */
  boolean isStream() {
    return stream;
  }

  InetSocketAddress server() {
    return server;
  }

  int datagramBytes() {
    return datagramBytes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  Set<CipherSuite> suites() {
    return suites;
  }

  long startPatienceNs() {
    return startPatienceNs;
  }

  long patienceNs() {
    return patienceNs;
  }
}
