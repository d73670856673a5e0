package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.WelcomeTerms;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that the server has answered, from a client that has not yet proved with a protected
 * packet that it received the answer. Holds no bytes that the client could make more. Not
 * thread-safe.
 */
public final class HalfOpen {
  /**
   * What tells one from another.
   *
   * @param transcript a digest of the prologue and of the client's handshake message
   */
  record Key(InetSocketAddress address, Bytes transcript) {}

  final Key key;
  private final Welcome welcome;
  private final WelcomeTerms terms;
  private final Secrets secrets;
  private @Nullable ConnectionSecrets session;
  private long bytesReceived;
  private long bytesSent;

  /** Later handshakes have greater numbers. */
  long number;

  /** When it is forgotten. */
  long expiresNs;

  HalfOpen(Key key, Welcome welcome, WelcomeTerms terms, Secrets secrets) {
    this.key = key;
    this.welcome = welcome;
    this.terms = terms;
    this.secrets = secrets;
  }

  /** Counts a hello and the answer to it, which is always the same. */
  Welcome answer(int helloBytes) {
    bytesReceived += helloBytes;
    bytesSent += welcome.encodedBytes();
    return welcome;
  }

  /** Where the hello came from, and the welcome went. */
  public InetSocketAddress address() {
    return key.address();
  }

  /** Tells in which order handshakes began: a later one has a greater number. */
  public long number() {
    return number;
  }

  /** Where the client's packets are to go. */
  public int serverId() {
    return terms.serverId();
  }

  /** The connection to be, each time the same; its keys are derived when it is first asked for. */
  public ConnectionSecrets session() {
    if (session == null) {
      session =
          ConnectionSecrets.ofServer(
              CipherSuite.of(terms.suite()),
              secrets,
              welcome.clientId(),
              terms.serverId(),
              terms.largestDatagramBytes());
    }
    return session;
  }

  /** The bytes of all hellos that were answered. */
  public long bytesReceived() {
    return bytesReceived;
  }

  /** The bytes of all answers. */
  public long bytesSent() {
    return bytesSent;
  }
}
