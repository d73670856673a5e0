package dev.ferry.protocol.connection;

import dev.ferry.protocol.connection.Connection.State;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;

/**
 * How far the life of a connection is. Nothing else changes its state (RFC 9000, section 10, but
 * that a peer that has closed is not waited for). Of the timers in {@link Timer} those that are
 * missing here make the connection send, and change nothing else.
 *
 * <pre>
 *                           OPEN                     DRAINING          CLOSING      ENDED
 * packet                    read                     read              close owed   dropped
 * peer's close              → ENDED                  → ENDED           (not read)   (not read)
 * breach of the protocol    close owed, → CLOSING    as when OPEN      (not read)   (not read)
 * peer knows that the       → DRAINING               —                 (not read)   (not read)
 *   transfer is over
 * this end, or its          close owed, → CLOSING    as when OPEN      —            —
 *   transfer, closes
 * this end abandons         → ENDED                  → ENDED           → ENDED      —
 * OPEN is due               → ENDED                  (does not run: somebody has asked)
 * PROGRESS is due           close owed, → CLOSING;   → ENDED           (does not run)
 *                           → ENDED if the transfer
 *                           is over
 * CLOSE_REPEAT is due       (does not run)           (does not run)    close owed
 * DRAIN is due              (does not run)           → ENDED           → ENDED
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class Lifecycle {
  private final CloseSender closeSender = new CloseSender();
  private final Recovery recovery;
  private final ConnectionObserver observer;
  private State state = State.OPEN;
  private long drainUntilNs = Nanos.NEVER;

  Lifecycle(Recovery recovery, ConnectionObserver observer) {
    this.recovery = recovery;
    this.observer = observer;
  }

  State state() {
    return state;
  }

  /** Whether it still matters what the peer says. */
  boolean isListening() {
    return state == State.OPEN || state == State.DRAINING;
  }

  /** The close that is owed, and its repetitions. */
  CloseSender closeSender() {
    return closeSender;
  }

  /** When it ends by itself; {@link Nanos#NEVER} as long as it does not. */
  long drainUntilNs() {
    return drainUntilNs;
  }

  private void enter(State next, long nowNs) {
    State before = state;
    state = next;
    observer.onStateChanged(before, next, nowNs);
  }

  /** The peer knows that the transfer is over. */
  void drain(long nowNs) {
    if (state == State.OPEN) {
      enter(State.DRAINING, nowNs);
      drainUntilNs = Nanos.after(nowNs, recovery.drainNs());
    }
  }

  /** The peer is to be told that the connection has ended; of several reasons the first counts. */
  void close(Close close, long nowNs) {
    if (isListening()) {
      enter(State.CLOSING, nowNs);
      // Once and for all: what comes after the close may still change the estimate.
      closeSender.start(close, recovery.rtt().probeTimeoutNs(), nowNs);
      drainUntilNs = Nanos.after(nowNs, recovery.drainNs());
    }
  }

  /** Nothing is sent or received from now on. */
  void end(long nowNs) {
    if (state != State.ENDED) {
      enter(State.ENDED, nowNs);
    }
  }
}
