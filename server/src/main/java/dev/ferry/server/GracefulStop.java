package dev.ferry.server;

import dev.ferry.cli.ExitCode;
import dev.ferry.protocol.server.ServerEngine;
import dev.ferry.transport.EventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends the server on SIGTERM and Ctrl-C: what is complete is still published, part files are
 * removed, and the process exits with 0, which the virtual machine itself would not.
 */
final class GracefulStop {
  /** A disk that takes longer than this to flush is given up. */
  private static final long PATIENCE_SECONDS = 30;

  private final ServerEngine engine;
  private final EventLoop loop;
  private final ExecutorService diskWorkers;
  private final CountDownLatch loopEnded = new CountDownLatch(1);

  GracefulStop(ServerEngine engine, EventLoop loop, ExecutorService diskWorkers) {
    this.engine = engine;
    this.loop = loop;
    this.diskWorkers = diskWorkers;
  }

  /** From now on signals are heeded. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "graceful-stop"));
  }

  /** The loop is over, whether asked to or not. */
  void loopEnded() {
    loopEnded.countDown();
  }

  private void onShutdown() {
    if (loopEnded.getCount() == 0) {
      return; // The program ends by itself, with an exit code of its own.
    }
    loop.execute(engine::stop);
    ExitCode exitCode = awaitEnd() ? ExitCode.OK : ExitCode.IO_ERROR;
    Runtime.getRuntime().halt(exitCode.code());
  }

  private boolean awaitEnd() {
    try {
      if (!loopEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return false;
      }
      diskWorkers.shutdown();
      return diskWorkers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }
}
