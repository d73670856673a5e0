package dev.ferry.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Shell scripts in a network namespace of their own, where this user may make one. */
public final class NetworkNamespace {
  private static final List<String> ENTER =
      List.of("unshare", "--user", "--map-root-user", "--net", "bash");

  private NetworkNamespace() {}

  /**
   * Runs bash there; returns its exit code.
   *
   * @param directory where it works
   * @param output the file that all of its output goes to
   * @param environment variables beside those of this process
   * @param arguments of bash
   * @throws IOException if it cannot be started
   * @throws AssertionError if it does not end in time, with its output
   */
  public static int run(
      Path directory,
      Path output,
      Map<String, String> environment,
      long patienceSeconds,
      List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(ENTER);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("takes too long: " + Files.readString(output));
    }
    return process.exitValue();
  }
}
