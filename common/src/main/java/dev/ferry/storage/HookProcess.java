package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.storage.ArrivalHook.Arrival;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One run of a hook. It reads nothing, and learns of the server's environment only what a program
 * needs to run; of what it writes the beginning is kept. Not thread-safe.
 */
final class HookProcess {
  /** How much of what it writes is kept. */
  private static final int MAX_OUTPUT_BYTES = 4096;

  /** How often its output is looked for, so that it never waits for a reader for long. */
  private static final long LOOK_MS = 20;

  /** How long a killed process is waited for. */
  private static final long KILL_MS = 5000;

  /** What it is given of the server's environment, where it is there. */
  private static final Set<String> PASSED_ON =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SystemRoot", "TEMP");

  private final Process process;
  private final InputStream stream;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[8192];

  private HookProcess(Process process) {
    this.process = process;
    this.stream = process.getInputStream();
  }

  /**
   * Starts it.
   *
   * @throws IOException if it cannot be started, or told the name in this locale
   */
  static HookProcess start(List<String> command, Path directory, Arrival arrival)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File(nullDevice())))
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(PASSED_ON);
    environment.put("FERRY_NAME", expressible(arrival.name()));
    environment.put("FERRY_SIZE", Long.toString(arrival.sizeBytes()));
    environment.put("FERRY_FILE", expressible(arrival.file().toString()));
    if (arrival.sha256Hex() != null) {
      environment.put("FERRY_SHA256", arrival.sha256Hex());
    }
    return new HookProcess(builder.start());
  }

  private static String nullDevice() {
    return File.separatorChar == '\\' ? "NUL" : "/dev/null";
  }

  /** Another name than the file's would be worse than none. */
  private static String expressible(String text) throws IOException {
    if (!Charset.defaultCharset().newEncoder().canEncode(text)) {
      throw new IOException("the locale has no such letters (LC_ALL=C.UTF-8 has)");
    }
    return text;
  }

  /**
   * Waits until it has ended, or kills it, with what it has started.
   *
   * @param isOver whether it has had its time
   * @return whether it has ended by itself
   */
  boolean await(BooleanSupplier isOver) throws IOException {
    try {
      while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
        readWhatIsThere();
        if (isOver.getAsBoolean()) {
          kill();
          return false;
        }
      }
      readWhatIsThere();
      return true;
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      stream.close();
    }
  }

  /** Never waits: something that the hook has left running may hold the other end for ever. */
  private void readWhatIsThere() throws IOException {
    while (stream.available() > 0) {
      int read = stream.read(buffer, 0, Math.min(buffer.length, stream.available()));
      if (read < 0) {
        return;
      }
      output.write(buffer, 0, Math.min(read, MAX_OUTPUT_BYTES - output.size()));
    }
  }

  private void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    while (!all.isEmpty()) {
      all.forEach(ProcessHandle::destroyForcibly);
      // What one of them has started in the meantime.
      all = all.stream().flatMap(ProcessHandle::children).toList();
    }
    try {
      process.waitFor(KILL_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int exitCode() {
    return process.exitValue();
  }

  /** The beginning of what it has written. */
  String output() {
    return output.toString(UTF_8);
  }
}
