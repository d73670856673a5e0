package dev.ferry.protocol.client;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.FileQueue;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Files that a client transfers one after the other, many of them at a time, each with an outcome
 * of its own; over several connections if need be. Small ones do not wait for large ones, of which
 * only some are open at a time. What a busy server has turned down, and what was not over when its
 * connection ended, is begun again. Not thread-safe.
 */
public final class FileBatch implements FileQueue {
  /** A larger file is a large one. */
  static final long SMALL_BYTES = 64 << 10;

  /** So many large files are open at a time: enough for their pauses not to matter. */
  private static final int MAX_LARGE = 8;

  /** How many large files may wait for others, so that small ones go first. */
  private static final int MAX_WAITING = 256;

  /** How long to ask a server that is busy. */
  private static final long BUSY_PATIENCE_NS = 120 * Nanos.SECOND;

  private static final long LEAST_PAUSE_NS = 500 * Nanos.MILLISECOND;
  private static final long LONGEST_PAUSE_NS = 30 * Nanos.SECOND;

  /** Where the files come from. */
  public interface Source {
    /** The next file; null if there is none now. */
    @Nullable BatchFile poll();

    /** Whether there will be no more. */
    boolean isExhausted();
  }

  private static final class Attempt {
    private final BatchFile file;
    private final boolean large;

    /** Whether an earlier attempt may have had it stored. */
    private boolean doubtful;

    private @Nullable Transfer transfer;
    private boolean resumed;
    private long busySinceNs = Nanos.NEVER;
    private long againNs;

    Attempt(BatchFile file) {
      this.file = file;
      this.large = file.sizeBytes() > SMALL_BYTES;
    }
  }

  private final Source source;
  private final Deque<Attempt> ready = new ArrayDeque<>();
  private final Queue<Attempt> waiting = new ArrayDeque<>();
  private final List<Attempt> paused = new ArrayList<>();
  private final Map<Integer, Attempt> open = new HashMap<>();
  private Predicate<Operation> answered = operation -> true;
  private int largeOpen;
  private long finishedBytes;
  private TransportParameters server = TransportParameters.DEFAULT;

  /** Creates a batch of which nothing has begun. */
  public FileBatch(Source source) {
    this.source = source;
  }

  /** What the server of the connection that comes next says of itself. */
  void connected(TransportParameters newServer) {
    server = newServer;
  }

  /** Says which operations the server answers with which the next connection is. */
  void answeredBy(Predicate<Operation> newAnswered) {
    answered = newAnswered;
  }

  @Override
  public boolean hasNext() {
    return findNext() != null;
  }

  /** The next file to be opened, which stays where it is; null if there is none now. */
  private @Nullable Attempt findNext() {
    if (!ready.isEmpty() && mayOpen(ready.peekFirst())) {
      return ready.peekFirst();
    }
    if (!waiting.isEmpty() && largeOpen < MAX_LARGE) {
      ready.addFirst(waiting.remove());
      return ready.peekFirst();
    }
    return pull();
  }

  private boolean mayOpen(Attempt attempt) {
    return !attempt.large || largeOpen < MAX_LARGE;
  }

  private @Nullable Attempt pull() {
    while (waiting.size() < MAX_WAITING) {
      BatchFile file = source.poll();
      if (file == null) {
        return null;
      }
      Attempt attempt = new Attempt(file);
      if (mayOpen(attempt)) {
        ready.addFirst(attempt);
        return attempt;
      }
      waiting.add(attempt);
    }
    return null;
  }

  @Override
  public @Nullable TransferFactory next(long nowNs) {
    for (Attempt next = findNext(); next != null; next = findNext()) {
      ready.removeFirst();
      TransferFactory factory = prepare(next);
      if (factory != null) {
        return factory;
      }
    }
    return null;
  }

  private @Nullable TransferFactory prepare(Attempt attempt) {
    if (!attempt.file.isAnswered(answered)) {
      attempt.file.failed(TransferFailure.Refused.UNANSWERED);
      return null;
    }
    TransferFactory factory;
    if (!server.takes(attempt.file.kind())) {
      attempt.file.notTaken();
      return null;
    }
    try {
      factory = attempt.file.prepare();
    } catch (IOException e) {
      return null;
    }
    largeOpen += attempt.large ? 1 : 0;
    return (context, nowNs) -> {
      open.put(context.file(), attempt);
      Transfer begun = factory.begin(context, nowNs);
      attempt.transfer = begun;
      return begun;
    };
  }

  @Override
  public boolean isExhausted() {
    return ready.isEmpty() && waiting.isEmpty() && paused.isEmpty() && source.isExhausted();
  }

  /** The size of all files that have been transferred, in bytes. */
  long finishedBytes() {
    return finishedBytes;
  }

  /**
   * Tells files that are under way how much of each is at the receiver: those of which that is more
   * than a little, and one in any case. Takes time for each that is open.
   */
  public void tellProgress(long nowNs) {
    boolean any = false;
    for (Attempt attempt : open.values()) {
      long doneBytes = attempt.transfer == null ? 0 : attempt.transfer.doneBytes();
      if (!any || doneBytes > SMALL_BYTES) {
        any = true;
        attempt.file.progress(doneBytes, nowNs);
      }
    }
  }

  /** Whether every file has an outcome. */
  public boolean isOver() {
    return open.isEmpty() && isExhausted();
  }

  /**
   * Something has become of a file of the connection.
   *
   * @param connectionEnded whether it failed because the connection did
   */
  void on(TransferEvent event, boolean connectionEnded, long nowNs) {
    Attempt attempt = open.get(event.file());
    if (attempt == null) {
      return;
    }
    switch (event.kind()) {
      case STARTED -> {
        TransferEvent.Started started = (TransferEvent.Started) event;
        attempt.resumed |= started.resumedBytes() > 0;
        attempt.file.started(started);
      }
      case FINISHED -> {
        close(event.file(), attempt);
        finishedBytes += event.sizeBytes();
        attempt.file.finished((TransferEvent.Finished) event);
      }
      case FAILED -> {
        close(event.file(), attempt);
        failed(attempt, ((TransferEvent.Failed) event).failure(), connectionEnded, nowNs);
      }
    }
  }

  private void close(int file, Attempt attempt) {
    open.remove(file);
    attempt.transfer = null;
    largeOpen -= attempt.large ? 1 : 0;
  }

  private void failed(
      Attempt attempt, TransferFailure failure, boolean connectionEnded, long nowNs) {
    if (connectionEnded) {
      attempt.doubtful = true;
      ready.add(attempt);
    } else if (isStale(attempt, failure)) {
      attempt.resumed = false;
      ready.add(attempt);
    } else if (!pause(attempt, failure, nowNs)) {
      attempt.file.failed(attempt.doubtful ? failure.inDoubt() : failure);
    }
  }

  /** Whether what the receiver had before may be of another file: it has forgotten that by now. */
  private static boolean isStale(Attempt attempt, TransferFailure failure) {
    RefusalReason reason =
        failure instanceof TransferFailure.Refused refused
            ? refused.reason()
            : failure instanceof TransferFailure.Unstorable unstorable
                ? unstorable.cause().reason()
                : null;
    return reason == RefusalReason.DIGEST_DIFFERS
        && (attempt.file.forgetOlder() || attempt.resumed);
  }

  /** Waits for a busy server; returns false if that is not worth while. */
  private boolean pause(Attempt attempt, TransferFailure failure, long nowNs) {
    if (!(failure instanceof TransferFailure.Refused refused)
        || refused.reason() != RefusalReason.BUSY) {
      return false;
    }
    long askedNs = Math.min(refused.retryAfterSeconds() * Nanos.SECOND, LONGEST_PAUSE_NS);
    if (attempt.busySinceNs == Nanos.NEVER) {
      attempt.busySinceNs = nowNs;
    }
    attempt.againNs = Nanos.after(nowNs, Math.max(LEAST_PAUSE_NS, askedNs));
    if (attempt.againNs - attempt.busySinceNs > BUSY_PATIENCE_NS) {
      return false;
    }
    paused.add(attempt);
    return true;
  }

  /** Time has passed: what has waited for a busy server may be asked for again. */
  void onTimeout(long nowNs) {
    paused.removeIf(
        attempt -> {
          boolean due = Nanos.isDue(attempt.againNs, nowNs);
          if (due) {
            ready.add(attempt);
          }
          return due;
        });
  }

  /** When to call {@link #onTimeout}; {@link Nanos#NEVER} if not at all. */
  long nextTimeout() {
    long nextNs = Nanos.NEVER;
    for (Attempt attempt : paused) {
      nextNs = Nanos.earlier(nextNs, attempt.againNs);
    }
    return nextNs;
  }

  /** No connection is to be had any more: everything that is not over fails. */
  public void abandon(TransferFailure failure) {
    ready.addAll(waiting);
    ready.addAll(paused);
    ready.addAll(open.values());
    waiting.clear();
    paused.clear();
    open.clear();
    largeOpen = 0;
    ready.forEach(attempt -> attempt.file.failed(failure));
    ready.clear();
    for (BatchFile file = source.poll(); file != null; file = source.poll()) {
      file.failed(failure);
    }
  }
}
