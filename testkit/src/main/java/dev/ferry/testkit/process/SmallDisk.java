package dev.ferry.testkit.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real file system of {@link #BYTES} bytes, mounted on a directory in a mount namespace of the
 * process's own; it vanishes with the process.
 */
public final class SmallDisk {
  public static final int BYTES = 256 << 10;

  private static final int BLOCK_BYTES = 4096;

  /** The user is root, or may be root in a namespace. */
  private static final List<List<String>> WAYS =
      List.of(
          List.of("unshare", "--mount"),
          List.of("unshare", "--user", "--map-root-user", "--mount"));

  private SmallDisk() {}

  /** The command that runs a program on such a disk; skips the test where nobody may mount one. */
  public static String[] command(Path directory) throws InterruptedException {
    for (List<String> way : WAYS) {
      List<String> command = new ArrayList<>(way);
      String mount = "mount -t tmpfs -o size=" + BYTES + ",mode=0700 small \"$0\" && exec \"$@\"";
      Collections.addAll(command, "sh", "-c", mount, directory.toString());
      if (succeeds(command)) {
        return command.toArray(String[]::new);
      }
    }
    System.out.println("a test is skipped: a tmpfs cannot be mounted here");
    assumeTrue(false, "a tmpfs cannot be mounted here");
    throw new AssertionError("unreachable");
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    List<String> probe = new ArrayList<>(command);
    probe.add("true");
    try {
      Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The root as the server sees it. */
  public static Path view(ServerProcess server, Path root) {
    return Path.of("/proc", Long.toString(server.virtualMachine().pid()), "root")
        .resolve(Path.of("/").relativize(root));
  }

  /** Leaves not one free block. */
  public static void fill(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (channel.size() <= BYTES) {
        channel.write(ByteBuffer.allocate(BLOCK_BYTES));
      }
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left")) {
        return;
      }
      throw e;
    }
    throw new IllegalStateException("the disk is larger than it should be");
  }
}
