package dev.ferry.protocol.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads the test vectors in docs/vectors, which say themselves how they are written. */
public final class Vectors {
  private static final Path DIRECTORY = Path.of("..", "docs", "vectors");

  private Vectors() {}

  /** A line: its first word, and what follows after blanks. */
  record Line(String key, String value) {}

  /** The lines between two empty ones. */
  public record Vector(List<Line> lines) {
    public boolean has(String key) {
      return lines.stream().anyMatch(line -> line.key.equals(key));
    }

    public List<String> all(String key) {
      return lines.stream().filter(line -> line.key.equals(key)).map(Line::value).toList();
    }

    String get(String key) {
      List<String> values = all(key);
      if (values.size() != 1) {
        throw new AssertionError(values.size() + " lines of " + key + " in " + this);
      }
      return values.get(0);
    }

    public byte[] bytes(String key) {
      return hex(get(key));
    }

    @Override
    public String toString() {
      String text = lines.toString();
      return text.substring(0, Math.min(text.length(), 200));
    }
  }

  public static List<Vector> read(String file) {
    List<Vector> vectors = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    for (String line : linesOf(file)) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        String[] parts = line.split(" +", 2);
        lines.add(new Line(parts[0], parts[1]));
      } else if (line.isEmpty() && !lines.isEmpty()) {
        vectors.add(new Vector(List.copyOf(lines)));
        lines.clear();
      }
    }
    vectors.add(new Vector(List.copyOf(lines)));
    return vectors;
  }

  private static List<String> linesOf(String file) {
    try {
      return Files.readAllLines(DIRECTORY.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes as the files write them. */
  public static byte[] hex(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : text.strip().split(" +", -1)) {
      String[] factors = part.split("\\*", 2);
      byte[] unit = factors[0].equals("-") ? new byte[0] : HexFormat.of().parseHex(factors[0]);
      int times = factors.length == 1 ? 1 : Integer.parseInt(factors[1]);
      for (int i = 0; i < times; i++) {
        bytes.writeBytes(unit);
      }
    }
    return bytes.toByteArray();
  }

  /** What is before the semicolon of a line that says why. */
  public static byte[] malformed(String value) {
    return hex(value.substring(0, value.indexOf(';')));
  }
}
