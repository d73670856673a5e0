package dev.ferry.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Files to be sent, and what became of them. */
final class TestFiles {
  private TestFiles() {}

  /** Content that is the same in every run and differs between seeds. */
  static byte[] content(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** Writes a file with such content. */
  static Path create(Path file, int bytes) throws IOException {
    return Files.write(file, content(bytes, bytes));
  }

  /** What stands in the server's log. */
  static String sha256(Path file) throws IOException {
    return sha256(Files.readAllBytes(file));
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Everything below a directory that is not a directory, whatever its name begins with. */
  static SortedSet<String> namesBelow(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      SortedSet<String> names = new TreeSet<>();
      all.filter(path -> !Files.isDirectory(path))
          .forEach(path -> names.add(directory.relativize(path).toString()));
      return names;
    }
  }
}
