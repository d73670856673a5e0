package dev.ferry.storage;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program for each file that has arrived, a few at a time, and each network of peers in
 * turn; lab mode's one after the other, beside them. Thread-safe.
 */
public final class HookRunner implements ArrivalHook, AutoCloseable {
  /** How long those that run when the server stops may go on. */
  static final long STOP_PATIENCE_NS = 10 * Nanos.SECOND;

  private static final int RETRY_SECONDS = 1;

  private final HookOptions options;
  private final Path root;
  private final Listener listener;
  private final NanoClock clock;
  private final ExecutorService threads;
  private final ExecutorService labThread;
  private final FairWorkers inTurn;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong tookNs = new AtomicLong();
  private volatile long stopByNs = Nanos.NEVER;

  /** Hears what hooks have to say. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A hook has ended. Called on its thread.
     *
     * @param name of the file
     * @param outcome how, such as {@code exit 0}
     * @param output the beginning of what it has written, as text
     */
    void ended(String name, String outcome, String output);
  }

  /**
   * What hooks have done.
   *
   * @param waiting how many files wait for one
   * @param running how many run
   * @param accepted how many files were let pass
   * @param refused how many were turned down by an exit code
   * @param failed how many were turned down because the hook took too long, or did not run
   * @param tookNs how long all together have taken
   */
  public record Load(
      int waiting, int running, long accepted, long refused, long failed, long tookNs) {}

  /**
   * Runs nothing yet.
   *
   * @param root the directory that hooks run in
   */
  public HookRunner(HookOptions options, Path root, Listener listener, NanoClock clock) {
    this.options = options;
    this.root = root;
    this.listener = listener;
    this.clock = clock;
    this.threads = Executors.newFixedThreadPool(options.jobs(), HookRunner::thread);
    this.labThread = Executors.newSingleThreadExecutor(HookRunner::thread);
    this.inTurn = new FairWorkers(threads);
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(body, "hook");
    thread.setDaemon(true);
    return thread;
  }

  /** What has been done so far, and what is to be done. */
  public Load load() {
    return new Load(
        waiting.get(), running.get(), accepted.get(), refused.get(), failed.get(), tookNs.get());
  }

  @Override
  public void look(Arrival arrival, Verdict verdict) {
    Bytes owner = arrival.owner();
    Executor turn = owner == null ? labThread : inTurn.of(owner);
    waiting.incrementAndGet();
    try {
      turn.execute(() -> verdict.tell(run(arrival)));
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      verdict.tell(stopping());
    }
  }

  /** Ends what waits, and soon what runs. Thread-safe. */
  public void stop() {
    stopByNs = Nanos.after(clock.nanoTime(), STOP_PATIENCE_NS);
  }

  @Override
  public void close() {
    stopByNs = clock.nanoTime();
    threads.shutdown();
    labThread.shutdown();
  }

  private static StorageException stopping() {
    return StorageException.busy("it stops", RETRY_SECONDS);
  }

  private @Nullable StorageException run(Arrival arrival) {
    running.incrementAndGet();
    waiting.decrementAndGet();
    long begunNs = clock.nanoTime();
    try {
      return stopByNs == Nanos.NEVER ? judge(arrival, begunNs) : stopping();
    } catch (IOException | RuntimeException e) {
      failed.incrementAndGet();
      return new StorageException(RefusalReason.IO_ERROR, "no hook: " + e.getMessage(), e);
    } finally {
      tookNs.addAndGet(clock.nanoTime() - begunNs);
      running.decrementAndGet();
    }
  }

  private @Nullable StorageException judge(Arrival arrival, long begunNs) throws IOException {
    BasicFileAttributes before = attributes(arrival.file());
    HookProcess process = HookProcess.start(options.command(), root, arrival);
    long untilNs = Nanos.after(begunNs, options.timeoutNs());
    boolean ended =
        process.await(() -> Nanos.isDue(Nanos.earlier(untilNs, stopByNs), clock.nanoTime()));
    boolean stopped = !ended && !Nanos.isDue(untilNs, clock.nanoTime());
    String outcome =
        ended ? "exit " + process.exitCode() : stopped ? "killed, the server stops" : "timeout";
    listener.ended(arrival.name(), outcome, process.output());
    if (stopped) {
      return stopping();
    }
    if (!ended) {
      failed.incrementAndGet();
      return refusal("a check of the file took too long there", "the hook took too long");
    }
    if (process.exitCode() != 0) {
      refused.incrementAndGet();
      return refusal("a check of the file turned it down", "the hook turned it down, " + outcome);
    }
    BasicFileAttributes after = attributes(arrival.file());
    if (after.size() != before.size()
        || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
      throw new IOException("it has changed the file");
    }
    accepted.incrementAndGet();
    return null;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static StorageException refusal(String told, String message) {
    return new StorageException(RefusalReason.NOT_PERMITTED, message, told, null);
  }
}
