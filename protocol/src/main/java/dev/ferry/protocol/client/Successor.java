package dev.ferry.protocol.client;

import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.util.Nanos;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A handshake beside a connection that has fallen silent. When it has been answered, the connection
 * has a moment to be heard, because after an outage it needs no successor. Not thread-safe.
 */
final class Successor {
  /** How long the connection may still be heard; some probe timeouts on most paths. */
  private static final long GRACE_NS = Nanos.SECOND;

  private final ClientHandshake handshake;
  private final long probeTimeoutNs;
  private final long begunNs;
  private @Nullable ConnectionSecrets secrets;
  private long answeredNs;
  private long takeOverNs = Nanos.NEVER;

  /**
   * Begins the handshake.
   *
   * @param handshake whose hello is still due
   * @param probeTimeoutNs how long the connection's path takes to answer
   */
  Successor(ClientHandshake handshake, long probeTimeoutNs, long nowNs) {
    this.begunNs = nowNs;
    this.handshake = handshake;
    this.probeTimeoutNs = probeTimeoutNs;
  }

  /** For how long it has not been answered, in nanoseconds; 0 once it has been. */
  long unansweredNs(long nowNs) {
    return secrets == null ? nowNs - begunNs : 0;
  }

  ClientHandshake handshake() {
    return handshake;
  }

  /** Handles a datagram; returns whether it has just completed the handshake. */
  boolean handle(ByteBuffer datagram, long nowNs) {
    if (secrets != null || !handshake.handle(datagram)) {
      return false;
    }
    secrets = handshake.secrets();
    if (secrets == null) {
      return false;
    }
    answeredNs = nowNs;
    takeOverNs = Nanos.after(nowNs, Math.max(GRACE_NS, probeTimeoutNs));
    return true;
  }

  void onTimeout(long nowNs) {
    handshake.onTimeout(nowNs);
  }

  long nextTimeout() {
    return Nanos.earlier(takeOverNs, handshake.nextTimeout());
  }

  /** When it replaces the connection; {@link Nanos#NEVER} as long as it has not been answered. */
  long takeOverNs() {
    return takeOverNs;
  }

  /** The secrets of the connection that follows; only once it has been answered. */
  ConnectionSecrets secrets() {
    if (secrets == null) {
      throw new IllegalStateException("not answered");
    }
    return secrets;
  }

  /** When it was answered; only once it has been. */
  long answeredNs() {
    return answeredNs;
  }
}
