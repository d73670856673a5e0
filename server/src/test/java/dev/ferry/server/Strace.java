package dev.ferry.server;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a server under strace, which records its system calls, makes them fail or kills it at one.
 * As an extension it skips the tests where there is no usable strace, saying so; with the property
 * {@code ferry.require.strace} they fail there instead.
 *
 * <p>Each thread counts for itself what {@code when=} counts: a rule with {@code when=1} strikes
 * the first call of each of the server's disk workers, for example.
 */
final class Strace implements BeforeAllCallback {
  private static final String REQUIRED = "ferry.require.strace";

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    if (!isUsable()) {
      String test = context.getDisplayName();
      System.out.println(test + " is skipped: it needs strace, and permission to use it");
      if (Boolean.getBoolean(REQUIRED)) {
        fail("there is no usable strace, and -D" + REQUIRED + "=true");
      }
      assumeTrue(false, "there is no usable strace");
    }
  }

  private static boolean isUsable() throws InterruptedException {
    try {
      String[] command = command(Path.of("/dev/null"), List.of("trace=fsync"), "true");
      Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
      return strace.waitFor(10, TimeUnit.SECONDS) && strace.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The command that records these system calls of all threads to a file. */
  static String[] recording(Path log, String syscalls) {
    return command(log, List.of("trace=" + syscalls));
  }

  /**
   * The command that tampers with system calls.
   *
   * @param rule such as {@code fsync:error=EIO:when=1}
   */
  static String[] injecting(Path log, String rule) {
    String syscalls = rule.substring(0, rule.indexOf(':'));
    return command(log, List.of("trace=sendto," + syscalls, "inject=" + rule));
  }

  private static String[] command(Path log, List<String> expressions, String... program) {
    // The filter in the kernel keeps all other system calls at full speed.
    List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-y"));
    command.addAll(List.of("-s", "64", "-o", log.toString()));
    for (String expression : expressions) {
      command.addAll(List.of("-e", expression));
    }
    command.addAll(List.of(program));
    return command.toArray(String[]::new);
  }
}
