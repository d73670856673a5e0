package dev.ferry.runtime;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;

/**
 * Decides whether a transfer that broke off goes on by another connection, in the same command. It
 * does if a server had agreed to it, and what ended it may pass. Not thread-safe.
 */
final class Continuation {
  /** How long to try, after the last progress. */
  static final long PATIENCE_NS = UnreachableReports.PATIENCE_NS;

  /** How long to ask a server that is busy. */
  static final long BUSY_PATIENCE_NS = 30 * Nanos.SECOND;

  /** The same, if it says when to ask: as long as for progress anywhere else. */
  static final long TURN_PATIENCE_NS = 120 * Nanos.SECOND;

  /** No server has so much to do that it would not be worth while to ask it earlier. */
  private static final long LONGEST_ASKED_PAUSE_SECONDS = 30;

  private static final long FIRST_PAUSE_NS = 500 * Nanos.MILLISECOND;
  private static final long LONGEST_PAUSE_NS = 4 * Nanos.SECOND;
  private static final int MAX_DOUBLINGS = 10;

  private boolean agreed;
  private boolean resumed;

  /** Whether contact was lost since the last progress, and the transfer has gone on once. */
  private boolean goneOnAfterSilence;

  private long doneBytes;
  private long progressNs;
  private int pauses;

  /** When the server wants to be asked again; 0 if it has not said so. */
  private long askedPauseNs;

  Continuation(long nowNs) {
    progressNs = nowNs;
  }

  /**
   * The server has agreed to the transfer in Ferry mode.
   *
   * @param resumedBytes how much the receiver had before
   */
  void agreed(long resumedBytes, long nowNs) {
    resumed |= resumedBytes > 0;
    if (!agreed) {
      agreed = true;
      progressed(nowNs);
    }
  }

  /**
   * So much of the file has arrived. What was there before, or is sent again, is no progress: a
   * server that breaks off each time would be tried for ever.
   */
  void done(long bytes, long nowNs) {
    if (bytes > doneBytes) {
      doneBytes = bytes;
      progressed(nowNs);
    }
  }

  private void progressed(long nowNs) {
    progressNs = nowNs;
    goneOnAfterSilence = false;
    pauses = 0;
  }

  /** Whether a server has agreed to the transfer. */
  boolean isAgreed() {
    return agreed;
  }

  /** Whether to try again after such an end. */
  boolean goesOn(ClientEvent end, long nowNs) {
    if (!(end instanceof ClientEvent.Failed failed)) {
      return false;
    }
    askedPauseNs = 0;
    return switch (failed.failure().kind()) {
      case TURNED_AWAY -> nowNs - progressNs < PATIENCE_NS;
      case LOST_CONTACT -> agreed && goesOnAfterSilence();
      case NO_ANSWER, DISCONNECTED, NOTHING_LISTENS -> agreed && nowNs - progressNs < PATIENCE_NS;
      case REFUSED -> goesOn((TransferFailure.Refused) failed.failure(), nowNs);
      case UNSTORABLE ->
          goesOn(((TransferFailure.Unstorable) failed.failure()).cause().reason(), nowNs);
      case OUTCOME_UNKNOWN,
          BUFFER_TOO_SMALL,
          SOURCE_FAILED,
          ENDED_BY_PEER,
          VIOLATION,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED,
          SUPERSEDED,
          STOPPED ->
          false;
    };
  }

  /**
   * A connection that has given up was silent for longer than any pause. The server may only have
   * been too busy for it: another one is tried once, by whatever way there is.
   */
  private boolean goesOnAfterSilence() {
    boolean first = !goneOnAfterSilence;
    goneOnAfterSilence = true;
    return first;
  }

  private boolean goesOn(TransferFailure.Refused refused, long nowNs) {
    if (refused.reason() == RefusalReason.BUSY) {
      long seconds = Math.min(refused.retryAfterSeconds(), LONGEST_ASKED_PAUSE_SECONDS);
      askedPauseNs = seconds * Nanos.SECOND;
    }
    return goesOn(refused.reason(), nowNs);
  }

  private boolean goesOn(RefusalReason reason, long nowNs) {
    return switch (reason) {
      case BUSY ->
          nowNs - progressNs + askedPauseNs < (isTold() ? TURN_PATIENCE_NS : BUSY_PATIENCE_NS);
      case DIGEST_DIFFERS -> isStale();
      case NAME_NOT_ALLOWED,
          EXISTS,
          TOO_LARGE,
          NO_SPACE,
          NOT_PERMITTED,
          CANNOT_CREATE,
          IO_ERROR,
          PROTOCOL_VIOLATION,
          NO_SUCH_FILE ->
          false;
    };
  }

  /**
   * Whether what the receiver had before may be of another file with the same size and time. It has
   * forgotten that by now, so the next attempt begins afresh.
   */
  private boolean isStale() {
    boolean stale = resumed;
    resumed = false;
    return stale;
  }

  /** Whether the server was busy, and has said when to ask again. */
  boolean isTold() {
    return askedPauseNs > 0;
  }

  /** How long to wait before the next attempt, in nanoseconds. */
  long pauseNs() {
    if (isTold()) {
      return Jitter.lengthen(askedPauseNs, pauses++);
    }
    long pauseNs = Math.min(FIRST_PAUSE_NS << Math.min(pauses, MAX_DOUBLINGS), LONGEST_PAUSE_NS);
    return Jitter.lengthen(pauseNs, pauses++);
  }
}
