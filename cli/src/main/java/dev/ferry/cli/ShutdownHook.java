package dev.ferry.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The reaction of a program to a signal, such as that of Ctrl-C, before its work is over. Without a
 * signal the program ends with an exit code of its own. Thread-safe.
 */
public final class ShutdownHook {
  private final CountDownLatch workOver = new CountDownLatch(1);

  private ShutdownHook() {}

  /** The reaction to a signal, on a thread of its own. */
  @FunctionalInterface
  public interface Reaction {
    /**
     * Runs while the work goes on; the process ends when it returns.
     *
     * @param hook to wait for the work with
     */
    void onSignal(ShutdownHook hook) throws InterruptedException;
  }

  /** A reaction that stops the work. */
  @FunctionalInterface
  public interface Stop {
    /**
     * Stops the work and waits for it.
     *
     * @param hook to wait for the work with
     * @return whether all work is done
     */
    boolean onSignal(ShutdownHook hook) throws InterruptedException;
  }

  /** Installs a reaction to signals; the exit code is the virtual machine's. */
  public static ShutdownHook install(Reaction reaction) {
    ShutdownHook hook = new ShutdownHook();
    Thread thread = new Thread(() -> hook.run(reaction), "shutdown-hook");
    Runtime.getRuntime().addShutdownHook(thread);
    return hook;
  }

  /**
   * Installs a reaction that stops the work. The exit code is then 0, instead of the virtual
   * machine's, or {@link ExitCode#IO_ERROR} if some work is not done.
   */
  public static ShutdownHook installStop(Stop stop) {
    return install(hook -> Runtime.getRuntime().halt(exitCode(stop, hook).code()));
  }

  private void run(Reaction reaction) {
    if (workOver.getCount() == 0) {
      return;
    }
    try {
      reaction.onSignal(this);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExitCode exitCode(Stop stop, ShutdownHook hook) {
    try {
      return stop.onSignal(hook) ? ExitCode.OK : ExitCode.IO_ERROR;
    } catch (InterruptedException e) {
      return ExitCode.IO_ERROR;
    }
  }

  /** Tells that the work is over, with or without a signal. */
  public void workIsOver() {
    workOver.countDown();
  }

  /**
   * Waits until {@link #workIsOver}.
   *
   * @return whether the work was over in time
   */
  public boolean awaitWork(long timeout, TimeUnit unit) throws InterruptedException {
    return workOver.await(timeout, unit);
  }
}
