package dev.ferry.protocol.connection;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;
import org.jspecify.annotations.Nullable;

/**
 * Says that a connection has ended. Nobody acknowledges a close, so it is repeated, lest the peer
 * waits for what does not come: after some time, and in answer to each packet (protocol.md, section
 * 11.4). Not thread-safe.
 */
final class CloseSender {
  private @Nullable Close close;
  private boolean owed;
  private boolean copyOwed;
  private long intervalNs;
  private long repeatNs = Nanos.NEVER;

  /**
   * The connection is to end.
   *
   * @param newIntervalNs after how long the close is repeated
   */
  void start(Close newClose, long newIntervalNs, long nowNs) {
    close = newClose;
    intervalNs = newIntervalNs;
    repeat(nowNs);
  }

  /** The close may have been lost: it is sent once more. */
  void repeat(long nowNs) {
    answer();
    repeatNs = Nanos.after(nowNs, intervalNs);
  }

  /** A packet came from a peer that does not know. */
  void answer() {
    owed = true;
    copyOwed = true;
  }

  /** Whether the close is to be sent now. */
  boolean isOwed() {
    return owed;
  }

  /** When {@link #repeat} is due; {@link Nanos#NEVER} before the end. */
  long nextTimeout() {
    return repeatNs;
  }

  /** The close, if it is owed, which it is not any longer; else null. */
  @Nullable Close take() {
    if (!owed) {
      return null;
    }
    owed = false;
    return close;
  }

  /** The same for another place where the peer may be. */
  @Nullable Close takeCopy() {
    if (!copyOwed) {
      return null;
    }
    copyOwed = false;
    return close;
  }
}
