package dev.ferry.testkit.process;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a program under strace, which records its system calls, makes them fail or kills it at one.
 * As an extension it skips the tests where there is no usable strace, saying so; with the property
 * {@code ferry.require.strace} they fail there instead.
 *
 * <p>Each thread counts for itself what {@code when=} counts: a rule with {@code when=1} strikes
 * the first call of each of a server's disk workers, for example.
 */
public final class Strace implements BeforeAllCallback {
  private static final String REQUIRED = "ferry.require.strace";

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    if (!isUsable()) {
      if (Boolean.getBoolean(REQUIRED)) {
        fail("there is no usable strace, and -D" + REQUIRED + "=true");
      }
      String test = context.getDisplayName();
      System.out.println(test + " is skipped: it needs strace, and permission to use it");
      assumeTrue(false, "there is no usable strace");
    }
  }

  private static boolean isUsable() throws InterruptedException {
    try {
      List<String> command = new ArrayList<>(List.of(recording(Path.of("/dev/null"), "fsync")));
      command.add("true");
      Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
      return strace.waitFor(10, TimeUnit.SECONDS) && strace.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The command that records these system calls of all threads to a file. */
  public static String[] recording(Path log, String syscalls) {
    return command(log, true, "trace=" + syscalls);
  }

  /**
   * The command that lets a system call fail, and records it and what is sent.
   *
   * @param call the n-th of a thread, such as {@code fsync:when=1}
   * @param error such as {@code EIO}
   */
  public static String[] failing(Path log, String call, String error) {
    return command(log, true, trace(call), inject(call, "error=" + error));
  }

  /**
   * The command that makes a system call slow.
   *
   * @param call its name
   */
  public static String[] delaying(Path log, String call, int milliseconds) {
    String delay = "inject=" + call + ":delay_enter=" + milliseconds * 1000;
    return command(log, true, "trace=" + call, delay);
  }

  /**
   * The command that kills the program at the beginning of a system call, before it has any effect.
   *
   * @param call the n-th of a thread, such as {@code fsync:when=1}
   */
  public static String[] killingAt(Path log, String call) {
    // Together with a filter in the kernel, strace 6.1 loses most signals.
    return command(log, false, trace(call), inject(call, "signal=SIGKILL"));
  }

  private static String trace(String call) {
    return "trace=sendto," + call.substring(0, call.indexOf(':'));
  }

  private static String inject(String call, String effect) {
    return "inject=" + call + ":" + effect;
  }

  private static String[] command(Path log, boolean filtered, String... expressions) {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-y", "-s", "64"));
    Collections.addAll(command, "-o", log.toString());
    if (filtered) {
      // Everything that is not of interest runs at full speed.
      command.add("--seccomp-bpf");
    }
    for (String expression : expressions) {
      Collections.addAll(command, "-e", expression);
    }
    return command.toArray(String[]::new);
  }
}
