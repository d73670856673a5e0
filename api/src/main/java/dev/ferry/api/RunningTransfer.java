package dev.ferry.api;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.ClientTransfer;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.TransferListener;
import dev.ferry.runtime.TransferRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transfer on a thread of its own. The caller waits on another thread, which can be interrupted
 * at any time: an interruption of the transfer's thread would close the channel of the file.
 */
final class RunningTransfer implements Running, TransferListener {
  /** How long a stopped transfer tries to tell the server. */
  private static final long TELL_TIMEOUT_NS = 300 * Nanos.MILLISECOND;

  /** How long to wait for the end after that: the transfer waits for its disk. */
  private static final long END_TIMEOUT_NS = 3 * Nanos.SECOND;

  private final Settings settings;
  private final ClientTransfer file;
  private final DiskWorkers diskWorkers;
  private final ProgressListener listener;
  private final TransferRunner runner;
  private final Thread thread;
  private final End ended = new End();
  private ClientEvent.@Nullable Connected connected;
  private long toldBytes = -1;
  private volatile boolean isServerTold;
  private volatile long stopByNs;
  private @Nullable Transfer result;
  private @Nullable TransferException failure;
  private @Nullable Throwable thrown;

  /**
   * Creates a transfer.
   *
   * @param file is closed at the end of the transfer
   * @param diskWorkers the disk workers of the file, closed at the end, too
   */
  RunningTransfer(
      Settings settings, ClientTransfer file, DiskWorkers diskWorkers, ProgressListener listener) {
    this.settings = settings;
    this.file = file;
    this.diskWorkers = diskWorkers;
    this.listener = listener;
    this.runner = new TransferRunner(file, settings.transport(), this);
    runner.keepTrying(settings.keepTryingNs());
    this.thread = new Thread(this::run, "ferry-transfer");
    thread.setDaemon(true);
  }

  @Override
  public void start() {
    thread.start();
  }

  private void run() {
    try (diskWorkers;
        file) {
      end(runner.run(settings.resolver().resolve(), settings.resolver()));
    } catch (IOException e) {
      failure = Failures.ofBeginning(e, settings.server());
    } catch (RuntimeException | Error e) {
      thrown = e;
    } finally {
      ended.reach();
    }
  }

  private void end(ClientEvent end) {
    switch (end.kind()) {
      case CONNECTED -> throw new IllegalStateException("the transfer has not ended");
      case COMPLETED -> result = transfer((ClientEvent.Completed) end);
      case FAILED -> {
        TransferFailure why = ((ClientEvent.Failed) end).failure();
        failure = Failures.of(why, settings.server(), runner.isResumable(), runner.lastError());
      }
    }
  }

  private Transfer transfer(ClientEvent.Completed end) {
    TransferStats stats = end.stats();
    ClientEvent.Connected began = connected;
    if (began == null) {
      throw new IllegalStateException("the transfer has ended before it began");
    }
    return new Transfer(
        TransferMode.of(began.mode()),
        file.sizeAtEnd(began.sizeBytes()),
        end.resumedBytes(),
        Duration.ofNanos(stats.durationNs()),
        Optional.ofNullable(end.sha256Hex()),
        stats.smoothedRttNs() < 0
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(stats.smoothedRttNs())));
  }

  /** Waits for the end. An interruption stops the transfer. */
  Transfer await() throws TransferException, InterruptedException {
    try {
      ended.await();
    } catch (InterruptedException e) {
      beginStop();
      endStop();
      throw e;
    }
    rethrow();
    if (failure != null) {
      throw failure;
    }
    if (result == null) {
      throw new IllegalStateException("the transfer has neither completed nor failed");
    }
    return result;
  }

  private void rethrow() {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  @Override
  public void beginStop() {
    stopByNs = NanoClock.SYSTEM.nanoTime() + TELL_TIMEOUT_NS;
    isServerTold = runner.stop();
  }

  @Override
  public void endStop() {
    if (!isServerTold || !ended.await(stopByNs - NanoClock.SYSTEM.nanoTime())) {
      runner.giveUp();
      ended.await(END_TIMEOUT_NS);
    }
  }

  @Override
  public void goesOnOverTcp() {}

  @Override
  public void retrying(TransferFailure why, long withoutProgressNs, long pauseNs) {}

  @Override
  public void connected(ClientEvent.Connected event) {
    connected = event;
    toldBytes = -1;
  }

  @Override
  public void progress(long doneBytes, long nowNs) {
    ClientEvent.Connected began = connected;
    if (began == null || doneBytes == toldBytes || thrown != null) {
      return;
    }
    toldBytes = doneBytes;
    try {
      listener.onProgress(
          new Progress(
              TransferMode.of(began.mode()), began.sizeBytes(), began.resumedBytes(), doneBytes));
    } catch (RuntimeException | Error e) {
      // The engine must close its file first.
      thrown = e;
      runner.giveUp();
    }
  }
}
