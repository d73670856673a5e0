package dev.ferry.testkit.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Files whose content is the same in every run. */
public final class RandomFile {
  private static final int PIECE_BYTES = 1 << 20;

  private RandomFile() {}

  /** Writes one of so many bytes; other seeds give other contents. */
  public static Path create(Path file, long bytes, long seed) throws IOException {
    Random random = new Random(seed);
    byte[] piece = new byte[PIECE_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= PIECE_BYTES) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, PIECE_BYTES));
      }
    }
    return file;
  }
}
