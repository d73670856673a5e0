package dev.ferry.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a program does when a signal, such as that of Ctrl-C, ends it before its work is over. A
 * program whose work is over ends by itself, with an exit code of its own. Thread-safe.
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
     * @return whether everything is done that there was to do
     */
    boolean onSignal(ShutdownHook hook) throws InterruptedException;
  }

  /** From now on signals are reacted to; the exit code is the virtual machine's. */
  public static ShutdownHook install(Reaction reaction) {
    ShutdownHook hook = new ShutdownHook();
    Thread thread = new Thread(() -> hook.run(reaction), "shutdown-hook");
    Runtime.getRuntime().addShutdownHook(thread);
    return hook;
  }

  /**
   * From now on signals stop the work. The exit code is then 0, which the virtual machine itself
   * would not give, or {@link ExitCode#IO_ERROR} if something was left undone.
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

  /** The work is over, whether a signal ended it or not. */
  public void workIsOver() {
    workOver.countDown();
  }

  /**
   * Waits until {@link #workIsOver}.
   *
   * @return whether it came in time
   */
  public boolean awaitWork(long timeout, TimeUnit unit) throws InterruptedException {
    return workOver.await(timeout, unit);
  }
}
