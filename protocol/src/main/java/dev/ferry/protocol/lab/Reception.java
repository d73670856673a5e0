package dev.ferry.protocol.lab;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToClient;
import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.util.Nanos;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way in, from its start message to its publication (protocol.md, section 3). Says
 * what to answer to each message; "—" is: no answer.
 *
 * <pre>
 *                     HALF_OPEN          OPEN              PUBLISHING           PUBLISHED       REFUSED
 * start again         ack                ack               —                    ack             refusal
 * next chunk          store, → OPEN      store, ack        (none is left)       (none is left)  refusal
 *                     ack                or → PUBLISHING
 * duplicate chunk     —                  ack               ack; the last: —     ack             refusal
 * chunk ahead         —                  —                 —                    —               refusal
 * chunk too long      → REFUSED          → REFUSED         —                    —               refusal
 * empty chunk, next   —                  —                 —                    ack             refusal
 * published           ·                  ·                 → PUBLISHED, ack     ·               ·
 * storage fails       → REFUSED          → REFUSED         → REFUSED            ·               ·
 * given up            discard            discard           (waits)              forget          forget
 * </pre>
 *
 * <p>A refusal is sent to our own clients only; lab clients are met with silence. Not thread-safe.
 */
final class Reception {
  enum State {
    HALF_OPEN,
    OPEN,
    PUBLISHING,
    PUBLISHED,
    REFUSED
  }

  private final Start start;
  private final LabStore depot;
  private final String name;
  private final int bufferBytes;
  private final ChunkNumbering numbering;
  private final Consumer<ReceiverEvent> events;
  private final long startedNs;

  private State state = State.HALF_OPEN;
  private @Nullable IncomingFile sink;
  private @Nullable RefusalReason refusal;
  private long receivedBytes;
  private long duplicates;
  private long lastChunk = -1;
  private long refusedChunk = -1;

  private long lastHeardNs;
  private long lastTakenNs;
  private long stateSinceNs;
  private long slowestMarkNs;
  private long slowestMarkBytes;

  Reception(
      Start start, LabStore depot, int bufferBytes, Consumer<ReceiverEvent> events, long nowNs) {
    this.start = start;
    this.depot = depot;
    this.name = namesOnlyAnExtension(start) ? depot.inventName(extension(start)) : start.name();
    this.bufferBytes = bufferBytes;
    this.numbering = new ChunkNumbering(start);
    this.events = events;
    this.startedNs = nowNs;
    this.lastHeardNs = nowNs;
    this.lastTakenNs = nowNs;
    this.stateSinceNs = nowNs;
    this.slowestMarkNs = nowNs;
  }

  /** Counting clients of the compact dialect send an extension in place of a name (section 2.2). */
  private static boolean namesOnlyAnExtension(Start start) {
    return start.dialect() == Dialect.COMPACT
        && !start.offersFerry()
        && start.name().lastIndexOf('.') <= 0;
  }

  private static String extension(Start start) {
    return start.name().startsWith(".") ? start.name().substring(1) : start.name();
  }

  Start start() {
    return start;
  }

  State state() {
    return state;
  }

  boolean hasPartFile() {
    return sink != null;
  }

  /** Whether content has been stored at any time. */
  boolean hasContent() {
    return receivedBytes > 0;
  }

  /** When the last new chunk was stored; the start's time before that. */
  long lastTakenNs() {
    return lastTakenNs;
  }

  /** When a datagram last belonged to this reception. */
  long lastHeardNs() {
    return lastHeardNs;
  }

  /** A datagram of its client arrived, answered elsewhere. */
  void heard(long nowNs) {
    lastHeardNs = nowNs;
  }

  /** When the current state began. */
  long stateSinceNs() {
    return stateSinceNs;
  }

  /** By when {@link ReceiverConfig#SLOWEST_BYTES} more must have come. */
  long slowestDeadlineNs(ReceiverConfig config) {
    return Nanos.after(slowestMarkNs, config.slowestNs());
  }

  /** Whether the chunk would be stored, has been, or is the one that its client was refused. */
  boolean concerns(Data data) {
    return switch (state) {
      case HALF_OPEN, OPEN -> hasStored(data) || awaits(data);
      case PUBLISHING, PUBLISHED -> hasStored(data);
      case REFUSED -> data.seqno() == refusedChunk;
    };
  }

  private boolean hasStored(Data data) {
    return hasContent() && numbering.judge(data.seqno()) == ChunkNumbering.Verdict.DUPLICATE;
  }

  private boolean awaits(Data data) {
    return data.payload().hasRemaining()
        && numbering.judge(data.seqno()) == ChunkNumbering.Verdict.NEXT;
  }

  /** Whether the chunk is the last one that is missing. */
  boolean wouldBeCompletedBy(Data data) {
    return awaits(data) && data.payload().remaining() == start.sizeBytes() - receivedBytes;
  }

  /** Whether the numbers of its chunks repeat, so that an old one can be taken for a new one. */
  boolean isAmbiguous() {
    return numbering.isAmbiguous();
  }

  /** Whether this has taken more chunks than the other; neither may be {@link #isAmbiguous}. */
  boolean isPast(Reception other) {
    return numbering.isPast(other.numbering);
  }

  /** Decides on the start message. */
  void open(long nowNs) {
    RefusalReason reason = depot.check(name, start.sizeBytes());
    if (reason != null) {
      refuse(Cause.REFUSED, reason, "turned down: " + reason, nowNs);
    } else if (start.seqno() > Long.MAX_VALUE - 2 - start.sizeBytes()) {
      refuse(
          Cause.PROTOCOL_VIOLATION,
          RefusalReason.PROTOCOL_VIOLATION,
          "the numbers would overflow",
          nowNs);
    } else if (start.sizeBytes() == 0) {
      openSink(nowNs);
    }
  }

  /** Answers the start message, whether it came for the first time or again. */
  @Nullable ToClient answerStart(long nowNs) {
    lastHeardNs = nowNs;
    if (state == State.REFUSED) {
      return refusal(start.seqno());
    }
    return state == State.PUBLISHING ? null : startAck();
  }

  /** Stores the chunk if it is the next one, and says what to answer. */
  @Nullable ToClient answerData(Data data, long nowNs) {
    lastHeardNs = nowNs;
    if (state == State.REFUSED) {
      return refusal(data.seqno());
    }
    return switch (numbering.judge(data.seqno())) {
      case AHEAD -> null;
      case DUPLICATE -> answerDuplicate(data);
      case NEXT -> data.payload().hasRemaining() ? answerNext(data, nowNs) : answerEmpty(data);
    };
  }

  private @Nullable ToClient answerDuplicate(Data data) {
    duplicates++;
    return state == State.PUBLISHING && data.seqno() == lastChunk ? null : ack(data.seqno());
  }

  /**
   * Some clients end with an empty chunk, and for an empty file it is the only one. Nothing bounds
   * how many are sent, and so their numbers, but the largest there is.
   */
  private @Nullable ToClient answerEmpty(Data data) {
    if (state != State.PUBLISHED || data.seqno() == Long.MAX_VALUE) {
      return null;
    }
    numbering.take(data.seqno());
    return ack(data.seqno());
  }

  private @Nullable ToClient answerNext(Data data, long nowNs) {
    if (state != State.HALF_OPEN && state != State.OPEN) {
      return null;
    }
    ByteBuffer payload = data.payload();
    int bytes = payload.remaining();
    if (bytes > start.sizeBytes() - receivedBytes) {
      refuse(
          Cause.PROTOCOL_VIOLATION,
          RefusalReason.PROTOCOL_VIOLATION,
          "more content than the declared size",
          nowNs);
      return refusalOfChunk(data);
    }
    IncomingFile out = sink == null ? openSink(nowNs) : sink;
    if (out == null) {
      return refusalOfChunk(data);
    }
    try {
      out.write(receivedBytes, payload);
    } catch (StorageException e) {
      refuse(Cause.REFUSED, e.reason(), describe(e), nowNs);
      return refusalOfChunk(data);
    }
    numbering.take(data.seqno());
    receivedBytes += bytes;
    lastTakenNs = nowNs;
    if (receivedBytes - slowestMarkBytes >= ReceiverConfig.SLOWEST_BYTES) {
      slowestMarkBytes = receivedBytes;
      slowestMarkNs = nowNs;
    }
    lastChunk = data.seqno();
    if (receivedBytes < start.sizeBytes()) {
      return ack(data.seqno());
    }
    enter(State.PUBLISHING, nowNs);
    return null;
  }

  private @Nullable ToClient refusalOfChunk(Data data) {
    refusedChunk = data.seqno();
    return refusal(data.seqno());
  }

  private @Nullable IncomingFile openSink(long nowNs) {
    try {
      IncomingFile opened = depot.create(name, start.sizeBytes());
      sink = opened;
      slowestMarkNs = nowNs;
      enter(start.sizeBytes() == 0 ? State.PUBLISHING : State.OPEN, nowNs);
      events.accept(new ReceiverEvent.Started(name, start.sizeBytes()));
      return opened;
    } catch (StorageException e) {
      refuse(Cause.REFUSED, e.reason(), describe(e), nowNs);
      return null;
    }
  }

  /**
   * Hands the complete file over to be published. To be called once, when {@link State#PUBLISHING}
   * is entered.
   */
  void publish(IncomingFile.PublicationListener listener) {
    if (sink == null) {
      throw new IllegalStateException("there is nothing to publish");
    }
    sink.publish(listener);
  }

  /** The file is published; returns the acknowledgement that was held back for it. */
  ToClient published(String sha256Hex, long nowNs) {
    sink = null;
    enter(State.PUBLISHED, nowNs);
    events.accept(
        new ReceiverEvent.Finished(
            name, start.sizeBytes(), nowNs - startedNs, duplicates, sha256Hex));
    return start.sizeBytes() == 0 ? startAck() : ack(lastChunk);
  }

  /** The file could not be published; returns what the client is told. */
  @Nullable ToClient publicationFailed(StorageException cause, long nowNs) {
    sink = null;
    refuse(Cause.REFUSED, cause.reason(), describe(cause), nowNs);
    refusedChunk = lastChunk;
    return refusal(start.sizeBytes() == 0 ? start.seqno() : lastChunk);
  }

  /** Ends a reception that is not publishing: what was stored and not published is removed. */
  void abandon(Cause cause, String detail) {
    if (discardSink()) {
      events.accept(
          new ReceiverEvent.Failed(name, start.sizeBytes(), receivedBytes, cause, detail));
    }
  }

  private void refuse(Cause cause, RefusalReason reason, String detail, long nowNs) {
    discardSink();
    refusal = reason;
    enter(State.REFUSED, nowNs);
    events.accept(new ReceiverEvent.Failed(name, start.sizeBytes(), receivedBytes, cause, detail));
  }

  private boolean discardSink() {
    if (sink == null) {
      return false;
    }
    sink.discard();
    sink = null;
    return true;
  }

  private void enter(State next, long nowNs) {
    state = next;
    stateSinceNs = nowNs;
  }

  private static String describe(StorageException e) {
    String message = e.getMessage();
    return message == null ? e.reason().toString() : message;
  }

  private ToClient startAck() {
    return new Ack(start.dialect(), start.seqno() + 1, (long) bufferBytes, start.offersFerry());
  }

  private ToClient ack(long seqno) {
    return Ack.ofData(start.dialect(), numbering.acknowledgementOf(seqno));
  }

  private @Nullable ToClient refusal(long seqno) {
    return refusal != null && start.offersFerry()
        ? new Refusal(start.dialect(), seqno, refusal)
        : null;
  }
}
