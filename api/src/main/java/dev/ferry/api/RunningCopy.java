package dev.ferry.api;

import dev.ferry.clock.NanoClock;
import dev.ferry.copy.CopyRun;
import dev.ferry.copy.Outcomes;
import dev.ferry.copy.RemoteSource;
import dev.ferry.copy.TreeListener;
import dev.ferry.copy.Verdicts;
import dev.ferry.copy.VerifyListener;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.ParallelTransfers;
import dev.ferry.tree.Found;
import java.io.IOException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A copy on a thread of its own, of which a {@link CopyListener} is told. */
final class RunningCopy implements Running, TreeListener, VerifyListener {
  /** How long a stopped copy tries to tell the server. */
  private static final long TELL_TIMEOUT_NS = 300 * Nanos.MILLISECOND;

  /** How long to wait for the end after that: files wait for their disk. */
  private static final long END_TIMEOUT_NS = 3 * Nanos.SECOND;

  private final Settings settings;
  private final CopyWork work;
  private final CopyListener listener;
  private final Consumer<RunningCopy> atEnd;
  private final DiskWorkers diskWorkers = new DiskWorkers();
  private final Outcomes outcomes = new Outcomes(this);
  private final Thread thread;
  private final End ended = new End();

  /** Files that are on their way. */
  private final IdentityHashMap<FileJob, Flow> underWay = new IdentityHashMap<>();

  private final CopyCount count = new CopyCount();
  private volatile @Nullable ParallelTransfers transfers;
  private volatile boolean over;
  private volatile long stopByNs;
  private @Nullable CopySummary summary;
  private @Nullable TransferException failure;
  private volatile @Nullable Throwable thrown;

  /** How far a file is. */
  private static final class Flow {
    long sizeBytes;
    long doneBytes;
    long resumedBytes;
  }

  /**
   * Creates a copy.
   *
   * @param atEnd is called when it has ended
   */
  RunningCopy(
      Settings settings, CopyWork work, CopyListener listener, Consumer<RunningCopy> atEnd) {
    this.settings = settings;
    this.work = work;
    this.listener = listener;
    this.atEnd = atEnd;
    this.thread = new Thread(this::run, "ferry-copy");
    thread.setDaemon(true);
  }

  @Override
  public void start() {
    thread.start();
  }

  /** Whether nobody wants any more of it. */
  boolean isOver() {
    return over;
  }

  private void run() {
    long begunNs = NanoClock.SYSTEM.nanoTime();
    try (diskWorkers) {
      boolean complete = runAll();
      synchronized (this) {
        if (!complete && failure == null) {
          failure = exception(new TransferFailure.Stopped(), Optional.empty());
        }
        summary = count.summary(Duration.ofNanos(NanoClock.SYSTEM.nanoTime() - begunNs));
      }
    } catch (IOException e) {
      failure = Failures.ofBeginning(e, settings.server());
    } catch (InterruptedException | RuntimeException | Error e) {
      thrown = e;
    } finally {
      over = true;
      ended.reach();
      atEnd.accept(this);
    }
  }

  private boolean runAll() throws IOException, InterruptedException {
    ParallelTransfers begun =
        new ParallelTransfers(
            work.isFetching(),
            settings.resolver().resolve(),
            settings.resolver(),
            settings.keepTryingNs(),
            settings.security(),
            settings.transfer(),
            settings.transport(),
            diskWorkers,
            outcomes);
    transfers = begun;
    if (over) {
      return false;
    }
    try (CopyWork.Turns turns = work.open(this, outcomes)) {
      boolean complete = new CopyRun(turns.jobs(), outcomes, turns.giveUp()).run(begun);
      over = true;
      return complete;
    }
  }

  /** Waits for the end. An interruption stops the copy. */
  CopySummary await() throws TransferException, InterruptedException {
    try {
      ended.await();
    } catch (InterruptedException e) {
      beginStop();
      endStop();
      throw e;
    }
    return outcome();
  }

  /** How it has ended. */
  CopySummary outcome() throws TransferException {
    Throwable cause = thrown;
    if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      if (summary == null) {
        throw new IllegalStateException("the copy has neither completed nor failed", cause);
      }
      return summary;
    }
  }

  @Override
  public void beginStop() {
    stopByNs = NanoClock.SYSTEM.nanoTime() + TELL_TIMEOUT_NS;
    over = true;
    ParallelTransfers begun = transfers;
    if (begun != null) {
      begun.stop();
    }
  }

  @Override
  public void endStop() {
    if (!ended.await(stopByNs - NanoClock.SYSTEM.nanoTime())) {
      ParallelTransfers begun = transfers;
      if (begun != null) {
        begun.giveUp();
      }
      ended.await(END_TIMEOUT_NS);
    }
  }

  private TransferException exception(TransferFailure why, Optional<IOException> error) {
    return Failures.of(why, settings.server(), true, error);
  }

  /** What has happened concerns all files. */
  private void fail(TransferFailure why, Optional<IOException> error) {
    if (failure == null && !(why instanceof TransferFailure.Stopped)) {
      failure = exception(why, error);
    }
  }

  /** Nothing more can come of it, whatever the server's files are. */
  private void failAll(TransferFailure why) {
    fail(why, Optional.empty());
    beginStop();
  }

  private void tell(FileResult result) {
    count.add(result);
    call(() -> listener.onResult(result));
  }

  private void tellFailure(String name, TransferException why) {
    tell(new FileResult.Failed(name, why));
  }

  private void tellUnreadable(String name, IOException cause) {
    tellFailure(name, exception(new TransferFailure.SourceFailed(cause), Optional.empty()));
  }

  private void call(Runnable told) {
    if (thrown != null) {
      return;
    }
    try {
      told.run();
    } catch (RuntimeException | Error e) {
      thrown = e;
      beginStop();
    }
  }

  private Flow flow(FileJob job) {
    return underWay.computeIfAbsent(job, each -> new Flow());
  }

  @Override
  public synchronized void found(FileJob job) {
    count.found(job.sizeBytes());
  }

  @Override
  public synchronized void skipped(Found.Skipped skipped) {
    tell(new FileResult.LeftOut(skipped.listed(), skipped.reason()));
  }

  @Override
  public synchronized void unchanged(FileJob job) {
    tell(new FileResult.Unchanged(job.name(), job.sizeBytes()));
  }

  /** All files are copied then. */
  @Override
  public void notCompared() {}

  @Override
  public synchronized void failed(String listed, IOException cause) {
    tellUnreadable(listed, cause);
  }

  @Override
  public synchronized void firstFailed(String listed) {
    tellUnreadable(listed, new IOException("the file that it is another name of was not copied"));
  }

  @Override
  public synchronized void notListed(RemoteSource source, TransferFailure why) {
    if (dev.ferry.runtime.CopyListener.concernsOneFile(why)) {
      tellFailure(source.path(), exception(why, Optional.empty()));
    }
  }

  @Override
  public synchronized void unreadable(String shown) {
    TransferFailure why =
        new TransferFailure.Refused(
            RefusalReason.NOT_PERMITTED, "it cannot read what is in the directory");
    tellFailure(shown, exception(why, Optional.empty()));
  }

  @Override
  public synchronized void unknownTarget(String shown) {
    TransferFailure why =
        new TransferFailure.Refused(
            RefusalReason.NOT_PERMITTED, "it does not tell where the link leads");
    tellFailure(shown, exception(why, Optional.empty()));
  }

  @Override
  public synchronized void unstorable(String shown, String place, StorageException cause) {
    tellFailure(shown, exception(new TransferFailure.Unstorable(cause), Optional.empty()));
  }

  @Override
  public synchronized void linked(String shown) {
    count.found(0);
    tell(new FileResult.Stored(shown, 0, 0, Optional.empty()));
  }

  @Override
  public void dressed() {}

  @Override
  public synchronized void same(FileJob job) {
    unchanged(job);
  }

  @Override
  public synchronized void differs(FileJob job, Verdicts.Difference difference) {
    tell(new FileResult.Different(job.name(), difference == Verdicts.Difference.MISSING));
  }

  @Override
  public synchronized void notVerified(FileJob job, TransferFailure why) {
    if (dev.ferry.runtime.CopyListener.concernsOneFile(why)) {
      tellFailure(job.name(), exception(why, Optional.empty()));
    }
  }

  @Override
  public synchronized void cannotVerify() {
    failAll(TransferFailure.Refused.UNANSWERED);
  }

  @Override
  public void goesOnOverTcp() {}

  @Override
  public void retrying(FileJob job, TransferFailure why, long withoutProgressNs, long pauseNs) {}

  @Override
  public synchronized void connected(FileJob job, ClientEvent.Connected event) {
    Flow flow = flow(job);
    flow.sizeBytes = event.sizeBytes();
    flow.resumedBytes = event.resumedBytes();
  }

  @Override
  public synchronized void progress(FileJob job, long doneBytes, long nowNs) {
    flow(job).doneBytes = doneBytes;
    long arrivedBytes = underWay.values().stream().mapToLong(each -> each.doneBytes).sum();
    CopyProgress progress = count.progress(arrivedBytes);
    call(() -> listener.onProgress(progress));
  }

  @Override
  public synchronized void completed(FileJob job, ClientEvent.Completed event) {
    Flow flow = flow(job);
    underWay.remove(job);
    if (job.kind() != FileKind.DIRECTORY) {
      tell(
          new FileResult.Stored(
              job.name(),
              flow.sizeBytes,
              flow.resumedBytes,
              Optional.ofNullable(event.sha256Hex())));
    }
  }

  @Override
  public synchronized void failed(
      FileJob job, ClientEvent.Failed event, Optional<IOException> error) {
    underWay.remove(job);
    TransferFailure why = event.failure();
    tellFailure(job.name(), exception(why, error));
    if (!dev.ferry.runtime.CopyListener.concernsOneFile(why)) {
      fail(why, error);
    }
  }

  /** Directories come to be with what is in them all the same. */
  @Override
  public synchronized void notTaken(FileJob job) {
    if (job.kind() != FileKind.DIRECTORY) {
      TransferFailure why =
          new TransferFailure.Refused(RefusalReason.NOT_PERMITTED, "it takes no links");
      tellFailure(job.name(), exception(why, Optional.empty()));
    }
  }

  @Override
  public synchronized void lost(TransferFailure why, Optional<IOException> error) {
    fail(why, error);
  }

  @Override
  public synchronized void failed(FileJob job, IOException cause) {
    underWay.remove(job);
    tellFailure(job.name(), Failures.ofFile(cause));
  }

  /** The rest is not looked for. */
  @Override
  public void notTried(FileJob job) {}
}
