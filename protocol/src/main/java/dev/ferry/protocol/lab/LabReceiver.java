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
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of everything that one address sends (protocol.md, section 3). Usually that is
 * one {@link Reception}. A lab start carries nothing that tells a late duplicate from a client that
 * begins anew from the same port, so a start that matches a transfer in which content has arrived
 * opens a <em>second</em> reception beside it, with a part file of its own. Whatever happens then,
 * nothing is acknowledged that was not stored, and no file is ever put together from two transfers:
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
 * the second one falls silent            dropped; the first one too if it made no progress since, because a client that
 *                                        had begun anew and goes on later must not be acknowledged from memory
 * the first one ends                     the second one takes its place
 * the same start once more               no answer: whoever sent the second one's content has had its acknowledgement,
 *                                        and a client that begins anew yet again would complete that content
 * </pre>
 *
 * <p>Where chunk numbers repeat (alternating bit), a second reception could swallow chunks of the
 * first; there it is only opened once the first is published, and until then the start is not
 * answered again once content has arrived.
 *
 * <p>Driven like an {@link dev.ferry.protocol.Engine}, but by messages that are decoded already.
 * Not thread-safe.
 */
public final class LabReceiver {
  /** A different start replaces an unfinished transfer that has been silent for this long. */
  static final long TAKEOVER_SILENCE_NS = Nanos.SECOND;

  /** What an address amounts to, for whoever bounds the number of each. */
  public enum Phase {
    /** A start came, and nothing of value is held. */
    HALF_OPEN,
    /** A part file is open. */
    ACTIVE,
    /** A published transfer is remembered. */
    REMEMBERED,
    /** Nothing is left to do. */
    CLOSED
  }

  private final InetSocketAddress peer;
  private final LabStore depot;
  private final ReceiverConfig config;
  private final Queue<ToClient> replies = new ArrayDeque<>(2);
  private final Queue<ReceiverEvent> events = new ArrayDeque<>(2);
  private @Nullable Reception first;
  private @Nullable Reception second;
  private boolean stopped;

  /** Creates a receiver for one address; the first start message that it is given opens it. */
  public LabReceiver(InetSocketAddress peer, LabStore depot, ReceiverConfig config) {
    this.peer = peer;
    this.depot = depot;
    this.config = config;
  }

  /** What this address amounts to now. */
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

  /** Whether a publication is under way, which nothing interrupts. */
  public boolean isPublishing() {
    return isPublishing(first) || isPublishing(second);
  }

  private static boolean isPublishing(@Nullable Reception reception) {
    return reception != null && reception.state() == State.PUBLISHING;
  }

  /**
   * A message arrived.
   *
   * @param message the content of a chunk need be valid during the call only
   * @param from its sender; what comes from elsewhere is ignored
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
    if (mayBeginAnew(current)) {
      second = new Reception(start, depot, config.bufferBytes(), events::add, nowNs);
    }
  }

  /** Whether the content of a client that begins anew now would be added to another's. */
  private boolean wouldBeTakenForAnother(Reception current) {
    return second != null
        ? second.hasContent() && second.state() != State.REFUSED
        : current.isAmbiguous() && current.hasContent() && current.state() == State.OPEN;
  }

  private static boolean mayBeginAnew(Reception reception) {
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
        && nowNs - reception.lastHeardNs() < TAKEOVER_SILENCE_NS;
  }

  private Reception begin(Start start, long nowNs) {
    Reception reception = new Reception(start, depot, config.bufferBytes(), events::add, nowNs);
    reception.open(nowNs);
    reply(reception.answerStart(nowNs));
    publishIfComplete(reception);
    return reception;
  }

  private void onData(Data data, Reception current, long nowNs) {
    Reception anew = second;
    if (anew == null || !anew.concerns(data)) {
      answer(current, data, nowNs);
      if (anew != null) {
        anew.heard(nowNs);
      }
    } else if (!isPublishing(current) || !anew.wouldBeCompletedBy(data)) {
      answer(anew, data, nowNs);
      if (!isSettled(current) && (isPublishing(anew) || anew.isPast(current))) {
        current.abandon(Cause.SUPERSEDED, "the client began the transfer anew");
        first = anew;
        second = null;
      }
    }
  }

  private static boolean isSettled(Reception reception) {
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
          public void published(String sha256Hex, long nowNs) {
            ToClient ack = reception.published(sha256Hex, nowNs);
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

  /** Time has passed. */
  public void onTimeout(long nowNs) {
    if (isPublishing()) {
      return;
    }
    if (second != null && Nanos.isDue(secondDeadline(second), nowNs)) {
      dropSecond(second);
    }
    if (first != null && Nanos.isDue(deadline(first), nowNs)) {
      if (Nanos.isDue(silenceDeadline(first), nowNs)) {
        first.abandon(Cause.SILENT, "nothing arrived any more");
      } else {
        first.abandon(Cause.TOO_SLOW, "too little arrived");
      }
      first = second;
      second = null;
    }
  }

  private void dropSecond(Reception anew) {
    anew.abandon(Cause.SILENT, "nothing arrived any more");
    second = null;
    boolean mayBeRepeated = anew.hasContent() || anew.state() == State.REFUSED;
    if (first != null && mayBeRepeated && first.lastTakenNs() - anew.lastTakenNs() <= 0) {
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

  /** Half open it costs nothing, and its client may still be trying to send the first chunk. */
  private long secondDeadline(Reception anew) {
    return anew.state() == State.HALF_OPEN ? Nanos.NEVER : deadline(anew);
  }

  private long deadline(Reception reception) {
    return switch (reception.state()) {
      case HALF_OPEN, REFUSED -> silenceDeadline(reception);
      case OPEN -> Nanos.earlier(silenceDeadline(reception), reception.slowestDeadlineNs(config));
      case PUBLISHING -> Nanos.NEVER;
      case PUBLISHED -> Nanos.after(reception.stateSinceNs(), config.rememberNs());
    };
  }

  private long silenceDeadline(Reception reception) {
    long idleNs = reception.start().offersFerry() ? config.ownIdleNs() : config.labIdleNs();
    return Nanos.after(reception.lastHeardNs(), idleNs);
  }

  /** Ends everything but a publication under way: part files are removed. */
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

  /** Fills in the next datagram, if there is one to be sent. */
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    ToClient message = replies.poll();
    if (message == null) {
      return false;
    }
    LabCodec.encode(message, transmit.begin());
    transmit.finish(peer);
    return true;
  }

  /** The next thing to report, or null. */
  public @Nullable ReceiverEvent pollEvent() {
    return events.poll();
  }
}
