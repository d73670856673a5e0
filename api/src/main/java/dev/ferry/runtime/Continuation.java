package dev.ferry.runtime;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Decides whether a transfer that broke off goes on by another connection, and when: once a server
 * has agreed to it, for as long as the user wants after the last progress, if what ended it may
 * pass. Not thread-safe.
 */
final class Continuation {
  /** How long to try where a stream is closed before the handshake, if no server has agreed yet. */
  static final long TURNED_AWAY_PATIENCE_NS = UnreachableReports.PATIENCE_NS;

  /** How long to ask a server that is busy, if none has agreed yet. */
  static final long BUSY_PATIENCE_NS = 30 * Nanos.SECOND;

  /** The same, if it says when to ask: as long as for progress anywhere else. */
  static final long TURN_PATIENCE_NS = 120 * Nanos.SECOND;

  /** No server has so much to do that it would not be worth while to ask it earlier. */
  private static final long LONGEST_ASKED_PAUSE_SECONDS = 30;

  private static final long FIRST_PAUSE_NS = 500 * Nanos.MILLISECOND;

  /** No pause is longer, so that a transfer goes on soon once its server is back, … */
  static final long LONGEST_PAUSE_NS = 4 * Nanos.SECOND;

  /** … unless it has been away for long: then pauses are such a share of that time, … */
  private static final int OUTAGE_SHARE = 150;

  /** … up to this. */
  static final long LONGEST_LATE_PAUSE_NS = 30 * Nanos.SECOND;

  private static final int MAX_DOUBLINGS = 10;

  /** What a failure says of another attempt. */
  enum Prospect {
    /** It would end in the same way. */
    NONE,
    /** What ended the transfer may pass: the network, or the server, may come back. */
    MAY_PASS,
    /** The server has no place for it at the moment. */
    BUSY,
    /** Whoever closes a stream before the handshake may have too many at the moment. */
    TURNED_AWAY,
    /** What the receiver had before did not fit; it has forgotten that by now. */
    STALE
  }

  private final long keepTryingNs;
  private BooleanSupplier possible = () -> true;
  private boolean agreed;
  private boolean resumed;
  private long doneBytes;
  private long progressNs;
  private int pauses;

  /**
   * Begins before the first attempt.
   *
   * @param keepTryingNs for how long after the last progress a transfer that has been agreed to is
   *     gone on with; 0 for never, {@link Long#MAX_VALUE} for ever
   */
  Continuation(long keepTryingNs, long nowNs) {
    this.keepTryingNs = keepTryingNs;
    this.progressNs = nowNs;
  }

  /** Says what tells whether another connection could do anything at all for the transfer. */
  Continuation onlyIf(BooleanSupplier newPossible) {
    possible = newPossible;
    return this;
  }

  /** Whether another connection could do anything at all for the transfer. */
  boolean isPossible() {
    return possible.getAsBoolean();
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
    pauses = 0;
  }

  /** Whether a server has agreed to the transfer. */
  boolean isAgreed() {
    return agreed;
  }

  /** For how long there has been no progress, in nanoseconds. */
  long withoutProgressNs(long nowNs) {
    return nowNs - progressNs;
  }

  /** What such a failure says of another attempt. */
  static Prospect prospect(TransferFailure failure) {
    return switch (failure.kind()) {
      case NO_ANSWER, LOST_CONTACT, DISCONNECTED, NOTHING_LISTENS -> Prospect.MAY_PASS;
      case TURNED_AWAY -> Prospect.TURNED_AWAY;
      case OUTCOME_UNKNOWN ->
          ((TransferFailure.OutcomeUnknown) failure).lostContact()
              ? Prospect.MAY_PASS
              : Prospect.NONE;
      case ENDED_BY_PEER ->
          ((TransferFailure.EndedByPeer) failure).mayPass() ? Prospect.MAY_PASS : Prospect.NONE;
      case REFUSED -> prospect(((TransferFailure.Refused) failure).reason());
      case UNSTORABLE -> prospect(((TransferFailure.Unstorable) failure).cause().reason());
      case BUFFER_TOO_SMALL,
          SOURCE_FAILED,
          VIOLATION,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED,
          SUPERSEDED,
          STOPPED ->
          Prospect.NONE;
    };
  }

  private static Prospect prospect(RefusalReason reason) {
    return switch (reason) {
      case BUSY -> Prospect.BUSY;
      case DIGEST_DIFFERS -> Prospect.STALE;
      case NAME_NOT_ALLOWED,
          EXISTS,
          TOO_LARGE,
          NO_SPACE,
          NOT_PERMITTED,
          CANNOT_CREATE,
          IO_ERROR,
          PROTOCOL_VIOLATION,
          NO_SUCH_FILE ->
          Prospect.NONE;
    };
  }

  /**
   * Decides what follows from a failure.
   *
   * @return how long to wait before the next attempt, in nanoseconds; empty if there is none
   */
  OptionalLong pauseAfter(TransferFailure failure, long nowNs) {
    if (!isPossible()) {
      return OptionalLong.empty();
    }
    long askedNs = askedPauseNs(failure);
    return switch (prospect(failure)) {
      case NONE -> OptionalLong.empty();
      case STALE -> isStale() ? OptionalLong.of(0) : OptionalLong.empty();
      case MAY_PASS -> agreed ? within(keepTryingNs, 0, nowNs) : OptionalLong.empty();
      case TURNED_AWAY -> within(agreed ? keepTryingNs : TURNED_AWAY_PATIENCE_NS, 0, nowNs);
      case BUSY -> within(agreed ? keepTryingNs : busyPatienceNs(askedNs), askedNs, nowNs);
    };
  }

  private static long busyPatienceNs(long askedNs) {
    return askedNs > 0 ? TURN_PATIENCE_NS : BUSY_PATIENCE_NS;
  }

  /** When the server wants to be asked again; 0 if it has not said so. */
  static long askedPauseNs(TransferFailure failure) {
    return failure instanceof TransferFailure.Refused refused
            && refused.reason() == RefusalReason.BUSY
        ? Math.min(refused.retryAfterSeconds(), LONGEST_ASKED_PAUSE_SECONDS) * Nanos.SECOND
        : 0;
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

  /** The pause, if the next attempt begins within so long after the last progress. */
  private OptionalLong within(long patienceNs, long askedNs, long nowNs) {
    long leftNs = patienceNs - withoutProgressNs(nowNs);
    if (leftNs <= askedNs) {
      return OptionalLong.empty();
    }
    long wantedNs = askedNs > 0 ? askedNs : backOffNs(nowNs);
    return OptionalLong.of(Math.min(Jitter.lengthen(wantedNs, pauses++), leftNs));
  }

  private long backOffNs(long nowNs) {
    long longestNs =
        Math.min(
            Math.max(LONGEST_PAUSE_NS, withoutProgressNs(nowNs) / OUTAGE_SHARE),
            LONGEST_LATE_PAUSE_NS);
    return Math.min(FIRST_PAUSE_NS << Math.min(pauses, MAX_DOUBLINGS), longestNs);
  }
}
