package dev.ferry.cli;

import dev.ferry.netsim.Jitter;
import dev.ferry.netsim.RateLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads measurements from files in published formats. */
final class ImpairmentFiles {
  private static final long MAX_BYTES = 64 << 20;

  /** The number that stands for one standard deviation in netem's tables. */
  private static final double NETEM_SCALE = 8192;

  private ImpairmentFiles() {}

  /** Reads a distribution of delays from a {@code .dist} file of netem. */
  static Jitter.Table jitter(String file) {
    return new Jitter.Table("@" + file, read(file, text -> Long.parseLong(text) / NETEM_SCALE));
  }

  /** Reads a rate from a trace of Mahimahi: the milliseconds at which a packet can be sent. */
  static RateLimit.Trace rate(String file) {
    return new RateLimit.Trace("@" + file, read(file, Long::valueOf));
  }

  /** Reads the words of a file, without the comments that begin with #. */
  private static <T> List<T> read(String file, Function<String, T> converter) {
    List<T> values = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      for (String word : line.replaceFirst("#.*", "").trim().split("\\s+", -1)) {
        if (!word.isEmpty()) {
          try {
            values.add(converter.apply(word));
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("line " + number + " is not of whole numbers", e);
          }
        }
      }
    }
    return values;
  }

  private static List<String> lines(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_BYTES) {
        throw new IllegalArgumentException("the file is too large");
      }
      return Files.readAllLines(path);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("the file cannot be read", e);
    }
  }
}
