package dev.ferry.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/** Makes a FIFO, which Java cannot; skips the test where the system cannot either. */
final class NamedPipe {
  private NamedPipe() {}

  static Path create(Path path) throws IOException, InterruptedException {
    Process mkfifo;
    try {
      mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    } catch (IOException e) {
      assumeTrue(false, "there is no mkfifo here: " + e.getMessage());
      throw e;
    }
    assumeTrue(mkfifo.waitFor() == 0, "this file system takes no named pipes");
    return path;
  }
}
