package dev.ferry.runtime;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Transfers many files in Ferry mode, some of them at a time, each over a connection of its own. A
 * failure that is one file's alone ({@link CopyListener#concernsOneFile}) does not end the others;
 * any other one does.
 */
public final class ParallelTransfers {
  /** How many files are on their way at a time. */
  private static final int AT_A_TIME = 8;

  private final boolean fetching;
  private final List<InetSocketAddress> addresses;
  private final Resolver resolver;
  private final long keepTryingNs;
  private final SecurityOptions security;
  private final TransferOptions options;
  private final TransportOptions transport;
  private final Executor diskWorkers;
  private final CopyListener listener;
  private final Set<TransferRunner> running = new HashSet<>();
  private volatile boolean overTcp;

  /** Whether the server has agreed to a file: from then on an outage is waited for. */
  private volatile boolean hasAgreed;

  private volatile boolean over;
  private boolean stopped;
  private long durationNs;
  private volatile @Nullable RuntimeException bug;

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

  /**
   * Transfers files until there are no more, or a failure concerns all of them.
   *
   * @return whether the last file was asked for; else those that have begun have ended by now, and
   *     the rest was not begun
   */
  public boolean run(FileJobs jobs) throws InterruptedException {
    long begunNs = NanoClock.SYSTEM.nanoTime();
    List<Thread> threads = new ArrayList<>();
    // A cap holds for what this process sends in all.
    int atATime = transport.maxRate() == null ? AT_A_TIME : 1;
    for (int i = 0; i < atATime; i++) {
      Thread thread = new Thread(() -> work(jobs), "transfer-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    durationNs = NanoClock.SYSTEM.nanoTime() - begunNs;
    RuntimeException found = bug;
    if (found != null) {
      throw found;
    }
    return !over;
  }

  /** How long {@link #run} took, in nanoseconds. */
  public long durationNs() {
    return durationNs;
  }

  /** Ends all transfers in order; what has arrived is kept. {@link #run} returns soon. */
  public synchronized void stop() {
    over = true;
    stopped = true;
    running.forEach(TransferRunner::stop);
  }

  private void work(FileJobs jobs) {
    try {
      FileJob job = jobs.next();
      while (job != null) {
        transfer(job);
        job = over ? null : jobs.next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      bug = e;
      stop();
    }
  }

  private void transfer(FileJob job) {
    try (ClientTransfer transfer = open(job)) {
      TransportOptions chosen = overTcp ? withTcp(transport) : transport;
      TransferRunner runner = new TransferRunner(transfer, chosen, listenTo(job));
      runner.keepTrying(keepTryingNs);
      if (hasAgreed) {
        runner.serverIsThere();
      }
      if (!begins(runner)) {
        listener.notTried(job);
        return;
      }
      try {
        end(job, runner.run(addresses, resolver), runner);
      } finally {
        ended(runner);
      }
    } catch (IOException e) {
      listener.failed(job, e);
    }
  }

  private void end(FileJob job, ClientEvent event, TransferRunner runner) {
    if (event instanceof ClientEvent.Completed completed) {
      listener.completed(job, completed);
    } else if (event instanceof ClientEvent.Failed failed) {
      listener.failed(job, failed, runner.lastError());
      if (!CopyListener.concernsOneFile(failed.failure())) {
        stop();
      }
    }
  }

  private ClientTransfer open(FileJob job) throws UnsendableException {
    if (!fetching) {
      return Upload.open(job.path(), job.name(), options, security, diskWorkers, NOFOLLOW_LINKS);
    }
    return job.below().isEmpty()
        ? new Download(job.name(), job.path(), options, security, diskWorkers)
        : Download.below(job.path(), job.below(), job.name(), options, security, diskWorkers);
  }

  private synchronized boolean begins(TransferRunner runner) {
    return !stopped && running.add(runner);
  }

  private synchronized void ended(TransferRunner runner) {
    running.remove(runner);
  }

  private static TransportOptions withTcp(TransportOptions options) {
    return new TransportOptions(
        TransportChoice.TCP,
        options.datagramBytes(),
        options.framing(),
        options.congestion(),
        options.maxRate(),
        options.offload(),
        options.network());
  }

  private TransferListener listenTo(FileJob job) {
    return new TransferListener() {
      @Override
      public void goesOnOverTcp() {
        overTcp = true;
        listener.goesOnOverTcp();
      }

      @Override
      public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {
        listener.retrying(job, failure, withoutProgressNs, pauseNs);
      }

      @Override
      public void connected(ClientEvent.Connected event) {
        hasAgreed = true;
        listener.connected(job, event);
      }

      @Override
      public void progress(long doneBytes, long nowNs) {
        listener.progress(job, doneBytes, nowNs);
      }
    };
  }
}
