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
 * The reception of one file, from its start message to its publication (protocol.md, section 3).
 * The table shows the answer to each message; "—" means no answer.
 *
 * <pre>
 *                     HALF_OPEN          OPEN              PUBLISHING           PUBLISHED       REFUSED
 * start again         ack                ack               —                    ack             refusal
 * next chunk          store, → OPEN      store, ack        (none is left)       (none is left)  refusal
 *                     ack                or → PUBLISHING
 * duplicate chunk     —                  ack               ack; the last: —     ack             refusal
 * chunk ahead         —                  —                 —                    —               refusal
 * chunk too long      → REFUSED          → REFUSED         —                    —               refusal
 * empty chunk, next   size 0: → PUBLISHING  —              —                    ack             refusal
 * published           ·                  ·                 → PUBLISHED, ack     ·               ·
 * storage fails       → REFUSED          → REFUSED         → REFUSED            ·               ·
 * given up            discard            discard           (waits)              forget          forget
 * </pre>
 *
 * <p>A refusal is sent to Ferry clients only; a lab client gets no answer.
 *
 * <p>An empty file of a lab client is published with its start, as many clients send nothing else,
 * unless a file with content has its name: a start proves nothing about its sender. That file is
 * replaced when the empty chunk comes, as every empty file of a Ferry client is published then.
 */
final class Reception {
  enum State {
    HALF_OPEN,
    OPEN,
    PUBLISHING,
    PUBLISHED,
    REFUSED
  }

  /** Why an empty file is not stored of which only the start has come. */
  static final String START_ALONE =
      "a start alone replaces no file that has content; the empty chunk did not come";

  private final Start start;
  private final LabStore store;
  private final String name;
  private final int bufferBytes;
  private final ChunkNumbering numbering;
  private final Consumer<ReceiverEvent> events;
  private final long startedNs;

  private State state = State.HALF_OPEN;
  private @Nullable IncomingFile partFile;
  private @Nullable RefusalReason refusal;
  private long receivedBytes;
  private long duplicates;
  private long lastChunk = -1;
  private long refusedChunk = -1;

  /** Whether the start alone was not enough for an empty file. */
  private boolean awaitsEmptyChunk;

  private long lastHeardNs;
  private long lastTakenNs;
  private long stateSinceNs;
  private long slowestMarkNs;
  private long slowestMarkBytes;

  Reception(
      Start start, LabStore store, int bufferBytes, Consumer<ReceiverEvent> events, long nowNs) {
    this.start = start;
    this.store = store;
    this.name = namesOnlyAnExtension(start) ? store.inventName(extension(start)) : start.name();
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
    return partFile != null;
  }

  /** Whether content has been stored at any time. */
  boolean hasContent() {
    return receivedBytes > 0;
  }

  /** When the last new chunk was stored; the start's time before that. */
  long lastTakenNs() {
    return lastTakenNs;
  }

  /** When the last datagram of this reception arrived. */
  long lastHeardNs() {
    return lastHeardNs;
  }

  /** Notes a datagram of its client that another reception answers. */
  void heard(long nowNs) {
    lastHeardNs = nowNs;
  }

  /** When the current state began. */
  long stateSinceNs() {
    return stateSinceNs;
  }

  /** The time by which {@link ReceiverConfig#SLOWEST_BYTES} more must have arrived. */
  long slowestDeadlineNs(ReceiverConfig config) {
    return Nanos.after(slowestMarkNs, config.slowestNs());
  }

  /** Whether the chunk would be stored, has been stored, or was refused. */
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

  /** Whether the chunk is the only one still missing. */
  boolean wouldBeCompletedBy(Data data) {
    return awaits(data) && data.payload().remaining() == start.sizeBytes() - receivedBytes;
  }

  /** Whether chunk numbers repeat, so that an old chunk can be taken for a new one. */
  boolean isAmbiguous() {
    return numbering.isAmbiguous();
  }

  /**
   * Whether this reception has taken more chunks than the other one; neither may be {@link
   * #isAmbiguous}.
   */
  boolean isPast(Reception other) {
    return numbering.isPast(other.numbering);
  }

  /** Decides on the start message. */
  void open(long nowNs) {
    RefusalReason reason = store.check(name, start.sizeBytes());
    if (reason != null) {
      refuse(Cause.REFUSED, reason, "turned down: " + reason, nowNs);
    } else if (start.seqno() > Long.MAX_VALUE - 2 - start.sizeBytes()) {
      refuse(
          Cause.PROTOCOL_VIOLATION,
          RefusalReason.PROTOCOL_VIOLATION,
          "the numbers would overflow",
          nowNs);
    } else if (start.sizeBytes() == 0 && !start.offersFerry()) {
      openForStartAlone(nowNs);
    }
  }

  private void openForStartAlone(long nowNs) {
    try {
      IncomingFile opened = store.createEmpty(name);
      if (opened == null) {
        awaitsEmptyChunk = true;
      } else {
        begin(opened, nowNs);
      }
    } catch (StorageException e) {
      refuse(Cause.REFUSED, e.reason(), describe(e), nowNs);
    }
  }

  /** Answers the start message, the first one and each repetition. */
  @Nullable ToClient answerStart(long nowNs) {
    lastHeardNs = nowNs;
    if (state == State.REFUSED) {
      return refusal(start.seqno());
    }
    return state == State.PUBLISHING ? null : startAck();
  }

  /** Stores the chunk if it is the next one, and returns the answer. */
  @Nullable ToClient answerData(Data data, long nowNs) {
    lastHeardNs = nowNs;
    if (state == State.REFUSED) {
      return refusal(data.seqno());
    }
    return switch (numbering.judge(data.seqno())) {
      case AHEAD -> null;
      case DUPLICATE -> answerDuplicate(data);
      case NEXT ->
          data.payload().hasRemaining() ? answerNext(data, nowNs) : answerEmpty(data, nowNs);
    };
  }

  private @Nullable ToClient answerDuplicate(Data data) {
    duplicates++;
    return state == State.PUBLISHING && data.seqno() == lastChunk ? null : ack(data.seqno());
  }

  /**
   * Some clients end with an empty chunk, and for an empty file it is the only chunk. Any number of
   * them may arrive, so only the largest sequence number bounds theirs.
   */
  private @Nullable ToClient answerEmpty(Data data, long nowNs) {
    if (state == State.HALF_OPEN && start.sizeBytes() == 0) {
      return answerOnlyChunk(data, nowNs);
    }
    if (state != State.PUBLISHED || data.seqno() == Long.MAX_VALUE) {
      return null;
    }
    numbering.take(data.seqno());
    return ack(data.seqno());
  }

  /** The empty chunk of an empty file, whose start was not enough. */
  private @Nullable ToClient answerOnlyChunk(Data data, long nowNs) {
    if (openPartFile(nowNs) == null) {
      return refusalOfChunk(data);
    }
    awaitsEmptyChunk = false;
    numbering.take(data.seqno());
    lastChunk = data.seqno();
    return null;
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
    IncomingFile out = partFile == null ? openPartFile(nowNs) : partFile;
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

  private @Nullable IncomingFile openPartFile(long nowNs) {
    try {
      return begin(store.create(name, start.sizeBytes()), nowNs);
    } catch (StorageException e) {
      refuse(Cause.REFUSED, e.reason(), describe(e), nowNs);
      return null;
    }
  }

  private IncomingFile begin(IncomingFile opened, long nowNs) {
    partFile = opened;
    slowestMarkNs = nowNs;
    enter(start.sizeBytes() == 0 ? State.PUBLISHING : State.OPEN, nowNs);
    events.accept(new ReceiverEvent.Started(name, start.sizeBytes()));
    return opened;
  }

  /** Publishes the complete file. Must be called once, when {@link State#PUBLISHING} is entered. */
  void publish(IncomingFile.PublicationListener listener) {
    if (partFile == null) {
      throw new IllegalStateException("there is nothing to publish");
    }
    partFile.publish(listener);
  }

  /**
   * Notes that the file is published; returns the acknowledgement that was held back until then.
   */
  ToClient published(String sha256Hex, long nowNs) {
    partFile = null;
    enter(State.PUBLISHED, nowNs);
    events.accept(
        new ReceiverEvent.Finished(
            name, start.sizeBytes(), nowNs - startedNs, duplicates, sha256Hex));
    return isForStartAlone() ? startAck() : ack(lastChunk);
  }

  /** Notes that the file could not be published; returns the answer to the client. */
  @Nullable ToClient publicationFailed(StorageException cause, long nowNs) {
    partFile = null;
    refuse(Cause.REFUSED, cause.reason(), describe(cause), nowNs);
    refusedChunk = lastChunk;
    return refusal(isForStartAlone() ? start.seqno() : lastChunk);
  }

  /** Whether the file is complete without a chunk. */
  private boolean isForStartAlone() {
    return lastChunk < 0;
  }

  /** Ends a reception that is not publishing, and removes its part file. */
  void abandon(Cause cause, String detail) {
    if (discardSink()) {
      events.accept(
          new ReceiverEvent.Failed(name, start.sizeBytes(), receivedBytes, cause, detail));
    } else if (awaitsEmptyChunk) {
      awaitsEmptyChunk = false;
      events.accept(new ReceiverEvent.Failed(name, 0, 0, cause, START_ALONE));
    }
  }

  private void refuse(Cause cause, RefusalReason reason, String detail, long nowNs) {
    discardSink();
    refusal = reason;
    enter(State.REFUSED, nowNs);
    events.accept(new ReceiverEvent.Failed(name, start.sizeBytes(), receivedBytes, cause, detail));
  }

  private boolean discardSink() {
    if (partFile == null) {
      return false;
    }
    partFile.discard();
    partFile = null;
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
