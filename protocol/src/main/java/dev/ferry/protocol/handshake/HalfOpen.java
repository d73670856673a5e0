package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.WelcomeTerms;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that the server has answered. Its client has not yet proved, with a protected packet,
 * that it received the answer. Its size does not depend on the client.
 */
public final class HalfOpen {
  /**
   * The identity of a half-open handshake.
   *
   * @param transcript a digest of the prologue and of the client's handshake message
   */
  record Key(InetSocketAddress address, Bytes transcript) {}

  final Key key;
  private final Welcome welcome;
  private final WelcomeTerms terms;
  private final TransportParameters clients;
  private final Secrets noiseSecrets;
  private @Nullable ConnectionSecrets secrets;
  private long bytesReceived;
  private long bytesSent;
  private int answers;
  private long firstAnsweredNs;

  /** Later handshakes have greater numbers. */
  long number;

  /** The time at which the handshake is forgotten. */
  long expiresNs;

  HalfOpen(
      Key key,
      Welcome welcome,
      WelcomeTerms terms,
      TransportParameters clients,
      Secrets noiseSecrets) {
    this.key = key;
    this.welcome = welcome;
    this.terms = terms;
    this.clients = clients;
    this.noiseSecrets = noiseSecrets;
  }

  /** Counts a hello and its answer; returns the answer, which is always the same. */
  Welcome answer(int helloBytes, long nowNs) {
    if (answers == 0) {
      firstAnsweredNs = nowNs;
    }
    answers++;
    bytesReceived += helloBytes;
    bytesSent += welcome.encodedBytes();
    return welcome;
  }

  /** The address of the client. */
  public InetSocketAddress address() {
    return key.address();
  }

  /** The number of the handshake; a later handshake has a greater one. */
  public long number() {
    return number;
  }

  /** The id in the client's packets. */
  public int serverId() {
    return terms.serverId();
  }

  /**
   * The secrets of the connection, the same object on each call; the first call derives the keys.
   */
  public ConnectionSecrets secrets() {
    if (secrets == null) {
      secrets =
          ConnectionSecrets.ofServer(
              CipherSuite.of(terms.suite()),
              noiseSecrets,
              welcome.clientId(),
              terms.serverId(),
              clients);
    }
    return secrets;
  }

  /** The length of all answered hellos together, in bytes. */
  public long bytesReceived() {
    return bytesReceived;
  }

  /** The length of all answers together, in bytes. */
  public long bytesSent() {
    return bytesSent;
  }

  /**
   * How long the client took to go on, in nanoseconds; −1 if the answer was repeated, so that
   * nobody knows which one it got.
   *
   * @param continuedNs when its first packet arrived
   */
  public long roundTripNs(long continuedNs) {
    return answers == 1 ? longestRoundTripNs(continuedNs) : -1;
  }

  /**
   * How long the client took at most to go on, in nanoseconds, above 0: since the first answer.
   *
   * @param continuedNs when its first packet arrived
   */
  public long longestRoundTripNs(long continuedNs) {
    return Math.max(1, continuedNs - firstAnsweredNs);
  }
}
