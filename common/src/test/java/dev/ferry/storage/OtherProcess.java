package dev.ferry.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A process that holds the lock of a file until it is closed. */
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final String said;

  private OtherProcess(Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    OtherProcess.class.getName(),
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    said = String.valueOf(out.readLine());
  }

  /** Starts a process that locks a file. */
  static OtherProcess locking(Path file) throws IOException {
    OtherProcess started = new OtherProcess(file);
    if (!started.said.equals("locked")) {
      started.close();
      throw new IOException("another process could not lock the file: " + started.said);
    }
    return started;
  }

  /** Whether another process could lock a file. */
  static boolean canLock(Path file) throws IOException {
    try (OtherProcess started = new OtherProcess(file)) {
      return started.said.equals("locked");
    }
  }

  /** Opens a root in another process, which keeps no part files, and removes what is stale. */
  static void sweep(Path root) throws IOException {
    try (OtherProcess started = new OtherProcess(root)) {
      if (!started.said.equals("swept")) {
        throw new IOException("another process could not open the root: " + started.said);
      }
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /**
   * Locks the file that is its argument, says so, and waits to be killed; of a directory it removes
   * what is stale.
   */
  public static void main(String[] arguments) throws IOException {
    Path argument = Path.of(arguments[0]);
    if (Files.isDirectory(argument)) {
      StoreRoot.open(
          argument, new StoreOptions(true, Long.MAX_VALUE, 0, 0, 0), () -> Long.MAX_VALUE);
      System.out.println("swept");
      return;
    }
    try (FileChannel channel = FileChannel.open(argument, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      System.out.println(lock == null ? "refused" : "locked");
      while (System.in.read() >= 0) {
        // Until whoever started it is gone.
      }
    }
  }
}
