package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.BatchRunner.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Transfers many files in Ferry mode, many at a time over one connection ({@link BatchRunner}). A
 * failure that is one file's alone ({@link CopyListener#concernsOneFile}) does not end the others;
 * any other one does.
 */
public final class ParallelTransfers {
  /** How often files are told how far they are. */
  private static final long PROGRESS_NS = 100 * Nanos.MILLISECOND;

  private final boolean fetching;
  private final List<InetSocketAddress> addresses;
  private final Resolver resolver;
  private final long keepTryingNs;
  private final SecurityOptions security;
  private final TransferOptions options;
  private final TransportOptions transport;
  private final Executor diskWorkers;
  private final CopyListener listener;
  private @Nullable BatchRunner running;
  private volatile boolean over;
  private long durationNs;
  private boolean remembersPaths;

  /**
   * Creates transfers; {@link #run} starts them.
   *
   * @param fetching whether the files come from the server
   * @param addresses of the server, to be tried in this order
   * @param resolver is asked for the addresses again if a connection breaks off
   * @param keepTryingNs as {@link TransferRunner#keepTrying} has it, once the server has agreed to
   *     a file
   * @param security not {@link SecurityOptions.Mode#LAB}
   * @param diskWorkers runs the tasks that wait for the disk
   */
  public ParallelTransfers(
      boolean fetching,
      List<InetSocketAddress> addresses,
      Resolver resolver,
      long keepTryingNs,
      SecurityOptions security,
      TransferOptions options,
      TransportOptions transport,
      Executor diskWorkers,
      CopyListener listener) {
    this.fetching = fetching;
    this.addresses = List.copyOf(addresses);
    this.resolver = resolver;
    this.keepTryingNs = keepTryingNs;
    this.security = security.inFerryMode();
    this.options = options;
    this.transport = transport;
    this.diskWorkers = diskWorkers;
    this.listener = listener;
  }

  /** Uses and adds to what this user's programs remember of paths over UDP; before {@link #run}. */
  public void rememberPaths() {
    remembersPaths = true;
  }

  /**
   * Transfers files until there are no more, or a failure concerns all of them.
   *
   * @return whether the last file was asked for; else those that have begun have ended by now, and
   *     the rest was not begun
   */
  public boolean run(FileJobs jobs) throws InterruptedException {
    long begunNs = NanoClock.SYSTEM.nanoTime();
    Told told = new Told();
    BatchRunner batch =
        new BatchRunner(
            fetching ? Direction.GET : Direction.PUT,
            options,
            security,
            transport,
            diskWorkers,
            told,
            told);
    told.batch = batch;
    batch.runner().keepTrying(keepTryingNs);
    if (remembersPaths) {
      batch.runner().rememberPaths();
    }
    boolean complete = begins(batch) && run(batch, jobs);
    durationNs = NanoClock.SYSTEM.nanoTime() - begunNs;
    return complete && !over;
  }

  private boolean run(BatchRunner batch, FileJobs jobs) {
    try {
      ClientEvent end = batch.run(addresses, resolver, new EachJob(jobs));
      return end.kind() == ClientEvent.Kind.COMPLETED;
    } catch (IOException e) {
      return false; // Each file that was begun has been told.
    }
  }

  /** How long {@link #run} took, in nanoseconds. */
  public long durationNs() {
    return durationNs;
  }

  /** Ends all transfers in order; what has arrived is kept. {@link #run} returns soon. */
  public synchronized void stop() {
    over = true;
    if (running != null) {
      running.stop();
    }
  }

  /** Ends {@link #run} at once, without a wait for the server. What has arrived is kept. */
  public synchronized void giveUp() {
    over = true;
    if (running != null) {
      running.runner().giveUp();
    }
  }

  private synchronized boolean begins(BatchRunner batch) {
    running = batch;
    return !over;
  }

  /** The files as an iterator, which waits for each. */
  private static final class EachJob implements Iterator<BatchRequest> {
    private final FileJobs jobs;
    private @Nullable BatchRequest next;

    EachJob(FileJobs jobs) {
      this.jobs = jobs;
    }

    @Override
    public boolean hasNext() {
      try {
        next = next == null ? jobs.next() : next;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return next != null;
    }

    @Override
    public BatchRequest next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      BatchRequest taken = next;
      next = null;
      return taken;
    }
  }

  /** Tells the listener of each file what the runner tells of all of them. */
  private final class Told implements TransferListener, BatchListener {
    private @Nullable BatchRunner batch;
    private @Nullable FileJob latest;
    private int datagramBytes;
    private long progressNs = Nanos.NEVER;

    @Override
    public void goesOnOverTcp() {
      listener.goesOnOverTcp();
    }

    @Override
    public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {
      if (latest != null) {
        listener.retrying(latest, failure, withoutProgressNs, pauseNs);
      }
    }

    @Override
    public void connected(ClientEvent.Connected event) {
      datagramBytes = event.datagramBytes();
    }

    @Override
    public void progress(long doneBytes, long nowNs) {
      boolean due = progressNs == Nanos.NEVER || nowNs - progressNs >= PROGRESS_NS;
      if (due && batch != null) {
        progressNs = nowNs;
        batch.tellProgress(nowNs);
      }
    }

    @Override
    public void progress(FileJob file, long doneBytes, long nowNs) {
      listener.progress(file, doneBytes, nowNs);
    }

    @Override
    public void started(FileJob file, long sizeBytes, long resumedBytes) {
      latest = file;
      listener.connected(
          file,
          new ClientEvent.Connected(
              ClientEvent.Mode.FERRY, datagramBytes, sizeBytes, resumedBytes));
    }

    @Override
    public void completed(FileJob file, ClientEvent.Completed event) {
      listener.completed(file, event);
    }

    @Override
    public void failed(FileJob file, TransferFailure failure) {
      Optional<IOException> error = batch == null ? Optional.empty() : batch.runner().lastError();
      listener.failed(file, new ClientEvent.Failed(failure, TransferStats.NOTHING), error);
      if (!CopyListener.concernsOneFile(failure)) {
        stop();
      }
    }

    @Override
    public void notTaken(FileJob file) {
      listener.notTaken(file);
    }

    @Override
    public void unanswered(ServerQuestion question, TransferFailure failure) {
      if (!CopyListener.concernsOneFile(failure)) {
        listener.lost(failure, batch == null ? Optional.empty() : batch.runner().lastError());
        stop();
      }
    }

    @Override
    public void unopened(FileJob file, IOException cause) {
      listener.failed(file, cause);
    }
  }
}
