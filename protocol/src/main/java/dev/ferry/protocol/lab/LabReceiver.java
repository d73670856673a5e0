package dev.ferry.protocol.lab;

import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToClient;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.lab.Reception.State;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Receives everything that one address sends (protocol.md, section 3). Usually that is one {@link
 * Reception}. A lab start does not tell whether it is a late duplicate or a client that begins
 * again from the same port. So a start that matches a transfer in which content has arrived opens a
 * <em>second</em> reception beside it, with a part file of its own. In every case only stored
 * chunks are acknowledged, and no file is ever put together from two transfers:
 *
 * <pre>
 * chunk that the second one awaits       it stores and acknowledges it, its last one not before the first one's publication
 *                                        has ended; once it is ahead of an unpublished first one, or complete, it takes
 *                                        the first one's place
 * chunk that the second one has stored   it answers
 * chunk that it refused                  it answers, as its client may be repeating it
 * any other chunk                        the first one answers: it has stored it, or it does not answer
 * the first one is published             its last chunk is not acknowledged unasked, as the second one's client could take
 *                                        that for its own
 * the second one is idle for too long    dropped; the first one too if it has made no progress since then, because a client
 *                                        that began again and continues later must not be acknowledged from memory
 * the first one ends                     the second one takes its place
 * the same start once more               no answer: the sender of the second one's content has its acknowledgement already,
 *                                        and a client that begins yet again would complete that content
 * </pre>
 *
 * <p>Where chunk numbers repeat (alternating bit), a second reception could take chunks of the
 * first. There it is opened only after the first is published, and until then the start is not
 * answered again once content has arrived.
 *
 * <p>Driven like an {@link dev.ferry.protocol.Engine}, but with decoded messages.
 */
public final class LabReceiver {
  /** A different start replaces an unfinished transfer that has been idle for this long. */
  static final long TAKEOVER_IDLE_NS = Nanos.SECOND;

  /** The phase of an address; the server limits the number of addresses in each. */
  public enum Phase {
    /** A start has arrived, and no part file is open. */
    HALF_OPEN,
    /** A part file is open. */
    ACTIVE,
    /** A published transfer is remembered. */
    REMEMBERED,
    /** Nothing is left to do. */
    CLOSED
  }

  private final InetSocketAddress peer;
  private final LabStore store;
  private final ReceiverConfig config;
  private final Queue<ToClient> replies = new ArrayDeque<>(2);
  private final Queue<ReceiverEvent> events = new ArrayDeque<>(2);
  private @Nullable Reception first;
  private @Nullable Reception second;
  private boolean stopped;

  /** Creates a receiver for one address; the first start message opens it. */
  public LabReceiver(InetSocketAddress peer, LabStore store, ReceiverConfig config) {
    this.peer = peer;
    this.store = store;
    this.config = config;
  }

  /** The current phase of the address. */
  public Phase phase() {
    if (hasPartFile(first) || hasPartFile(second)) {
      return Phase.ACTIVE;
    }
    if (first == null) {
      return Phase.CLOSED;
    }
    return first.state() == State.PUBLISHED ? Phase.REMEMBERED : Phase.HALF_OPEN;
  }

  private static boolean hasPartFile(@Nullable Reception reception) {
    return reception != null && reception.hasPartFile();
  }

  /** Whether a publication is under way. Nothing interrupts it. */
  public boolean isPublishing() {
    return isPublishing(first) || isPublishing(second);
  }

  private static boolean isPublishing(@Nullable Reception reception) {
    return reception != null && reception.state() == State.PUBLISHING;
  }

  /**
   * Handles a message that has arrived.
   *
   * @param message the content of a chunk need only be valid during the call
   * @param from its sender; messages from other addresses are ignored
   */
  public void handle(ToServer message, InetSocketAddress from, long nowNs) {
    if (!from.equals(peer)) {
      return;
    }
    if (message instanceof Start start) {
      onStart(start, nowNs);
    } else if (message instanceof Data data
        && first != null
        && data.dialect() == first.start().dialect()) {
      onData(data, first, nowNs);
    }
  }

  private void onStart(Start start, long nowNs) {
    if (stopped) {
      return;
    }
    if (first == null) {
      first = begin(start, nowNs);
    } else if (!start.equals(first.start())) {
      onOtherStart(start, nowNs);
    } else if (!wouldBeTakenForAnother(first)) {
      onSameStart(start, first, nowNs);
    }
  }

  private void onSameStart(Start start, Reception current, long nowNs) {
    if (current.state() == State.REFUSED && !start.offersFerry()) {
      second = null;
      first = begin(start, nowNs);
      return;
    }
    reply(current.answerStart(nowNs));
    if (mayOpenSecond(current)) {
      second = new Reception(start, store, config.bufferBytes(), events::add, nowNs);
    }
  }

  /**
   * Whether the content of a client that begins again now would be mixed with that of another one.
   */
  private boolean wouldBeTakenForAnother(Reception current) {
    return second != null
        ? second.hasContent() && second.state() != State.REFUSED
        : current.isAmbiguous() && current.hasContent() && current.state() == State.OPEN;
  }

  private static boolean mayOpenSecond(Reception reception) {
    return reception.hasContent()
        && (reception.state() == State.PUBLISHED
            || (reception.state() == State.OPEN && !reception.isAmbiguous()));
  }

  private void onOtherStart(Start start, long nowNs) {
    if (!isPublishing() && !isBusy(first, nowNs) && !isBusy(second, nowNs)) {
      close(Cause.SUPERSEDED, "the client began another transfer");
      first = begin(start, nowNs);
    }
  }

  private static boolean isBusy(@Nullable Reception reception, long nowNs) {
    return reception != null
        && reception.hasPartFile()
        && nowNs - reception.lastHeardNs() < TAKEOVER_IDLE_NS;
  }

  private Reception begin(Start start, long nowNs) {
    Reception reception = new Reception(start, store, config.bufferBytes(), events::add, nowNs);
    reception.open(nowNs);
    reply(reception.answerStart(nowNs));
    publishIfComplete(reception);
    return reception;
  }

  private void onData(Data data, Reception current, long nowNs) {
    Reception newer = second;
    if (newer == null || !newer.concerns(data)) {
      answer(current, data, nowNs);
      if (newer != null) {
        newer.heard(nowNs);
      }
    } else if (!isPublishing(current) || !newer.wouldBeCompletedBy(data)) {
      answer(newer, data, nowNs);
      if (!isComplete(current) && (isPublishing(newer) || newer.isPast(current))) {
        current.abandon(Cause.SUPERSEDED, "the client began the transfer anew");
        first = newer;
        second = null;
      }
    }
  }

  private static boolean isComplete(Reception reception) {
    return reception.state() == State.PUBLISHING || reception.state() == State.PUBLISHED;
  }

  private void answer(Reception reception, Data data, long nowNs) {
    State before = reception.state();
    reply(reception.answerData(data, nowNs));
    if (before != State.PUBLISHING) {
      publishIfComplete(reception);
    }
  }

  private void publishIfComplete(Reception reception) {
    if (reception.state() != State.PUBLISHING) {
      return;
    }
    reception.publish(
        new PublicationListener() {
          @Override
          public void published(@Nullable String sha256Hex, long nowNs) {
            ToClient ack = reception.published(Objects.requireNonNull(sha256Hex), nowNs);
            if (reception == second) {
              first = reception;
              second = null;
            }
            if (second == null || !second.hasContent()) {
              reply(ack);
            }
          }

          @Override
          public void failed(StorageException cause, long nowNs) {
            reply(reception.publicationFailed(cause, nowNs));
          }
        });
  }

  /** Drops the receptions that have been idle, slow or remembered for too long. */
  public void onTimeout(long nowNs) {
    if (isPublishing()) {
      return;
    }
    if (second != null && Nanos.isDue(secondDeadline(second), nowNs)) {
      dropSecond(second);
    }
    if (first != null && Nanos.isDue(deadline(first), nowNs)) {
      if (Nanos.isDue(idleDeadline(first), nowNs)) {
        first.abandon(Cause.SILENT, "nothing arrived any more");
      } else {
        first.abandon(Cause.TOO_SLOW, "too little arrived");
      }
      first = second;
      second = null;
    }
  }

  private void dropSecond(Reception newer) {
    newer.abandon(Cause.SILENT, "nothing arrived any more");
    second = null;
    boolean mayBeRepeated = newer.hasContent() || newer.state() == State.REFUSED;
    if (first != null && mayBeRepeated && first.lastTakenNs() - newer.lastTakenNs() <= 0) {
      close(Cause.SILENT, "nothing arrived any more");
    }
  }

  /** When {@link #onTimeout} is to be called at the latest; {@link Nanos#NEVER} if not at all. */
  public long nextTimeout() {
    if (first == null || isPublishing()) {
      return Nanos.NEVER;
    }
    return second == null
        ? deadline(first)
        : Nanos.earlier(deadline(first), secondDeadline(second));
  }

  /**
   * A half-open second reception has no deadline: it costs nothing, and its client may still be
   * trying to send the first chunk.
   */
  private long secondDeadline(Reception newer) {
    return newer.state() == State.HALF_OPEN ? Nanos.NEVER : deadline(newer);
  }

  private long deadline(Reception reception) {
    return switch (reception.state()) {
      case HALF_OPEN, REFUSED -> idleDeadline(reception);
      case OPEN -> Nanos.earlier(idleDeadline(reception), reception.slowestDeadlineNs(config));
      case PUBLISHING -> Nanos.NEVER;
      case PUBLISHED -> Nanos.after(reception.stateSinceNs(), config.rememberNs());
    };
  }

  private long idleDeadline(Reception reception) {
    long idleNs = reception.start().offersFerry() ? config.ownIdleNs() : config.labIdleNs();
    return Nanos.after(reception.lastHeardNs(), idleNs);
  }

  /** Ends everything but a publication under way, and removes part files. */
  public void stop() {
    stopped = true;
    close(Cause.STOPPED, "the server was stopped");
  }

  private void close(Cause cause, String detail) {
    second = closed(second, cause, detail);
    first = closed(first, cause, detail);
  }

  private static @Nullable Reception closed(
      @Nullable Reception reception, Cause cause, String detail) {
    if (reception == null || isPublishing(reception)) {
      return reception;
    }
    reception.abandon(cause, detail);
    return null;
  }

  private void reply(@Nullable ToClient message) {
    if (message != null) {
      replies.add(message);
    }
  }

  /** Fills in the next datagram to send; returns whether there is one. */
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    ToClient message = replies.poll();
    if (message == null) {
      return false;
    }
    LabCodec.encode(message, transmit.begin());
    transmit.finish(peer);
    return true;
  }

  /** The next event, or null if there is none. */
  public @Nullable ReceiverEvent pollEvent() {
    return events.poll();
  }
}
