package dev.ferry.client.plot;

import dev.ferry.cli.JsonFields;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transfer as a file of statistics has it (docs/statistics.md), of either end. */
public final class Run {
  private static final String SCHEMA = "ferry.stats.v1";

  private final String file;
  private final List<JsonFields> samples = new ArrayList<>();
  private @Nullable JsonFields begin;
  private @Nullable JsonFields end;

  private Run(String file) {
    this.file = file;
  }

  /**
   * Reads a file: one transfer of a client, or those of a server by their connections. One without
   * an end is drawn as far as it goes, and one that was too short is left out.
   *
   * @param file what it is called in the picture
   * @param connection which connection of a server is wanted; null for all
   * @return at least one
   * @throws StatsFormatException if a line is not one of statistics, or there is nothing to draw
   */
  public static List<Run> readAll(String file, BufferedReader in, @Nullable Long connection)
      throws IOException, StatsFormatException {
    Run client = new Run(file);
    Map<Long, Run> runs = new LinkedHashMap<>();
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      try {
        JsonFields fields = checked(JsonFields.parse(line));
        Long of = fields.optionalNumber("connection");
        Run run =
            of == null ? client : runs.computeIfAbsent(of, each -> new Run(file + " " + each));
        if (of == null || connection == null || of.equals(connection)) {
          run.add(fields);
        }
      } catch (IllegalArgumentException e) {
        throw new StatsFormatException(
            "line " + number + " is not one of statistics: " + e.getMessage());
      }
    }
    List<Run> drawable = new ArrayList<>(runs.values());
    drawable.add(0, client);
    drawable.removeIf(run -> run.samples.isEmpty() || run.seconds() <= 0);
    if (drawable.isEmpty()) {
      throw new StatsFormatException("there is nothing to draw");
    }
    return drawable;
  }

  private static JsonFields checked(JsonFields line) {
    if (!line.text("schema").equals(SCHEMA)) {
      throw new IllegalArgumentException("its schema is not " + SCHEMA);
    }
    return line;
  }

  private void add(JsonFields line) {
    switch (line.text("event")) {
      case "begin", "connection" -> begin = line;
      case "sample" -> samples.add(inOrder(line));
      case "end" -> end = line;
      default -> {} // Of a later version.
    }
  }

  private JsonFields inOrder(JsonFields sample) {
    if (sample.number("timeNs") / 1e9 < (samples.isEmpty() ? 0 : seconds())) {
      throw new IllegalArgumentException("it is of an earlier time than the one before");
    }
    return sample;
  }

  static double seconds(JsonFields sample) {
    return sample.number("timeNs") / 1e9;
  }

  private static String text(@Nullable JsonFields of, String key) {
    @Nullable String text = of == null ? null : of.optionalText(key);
    return text == null ? "" : text;
  }

  List<JsonFields> samples() {
    return samples;
  }

  /** How long it took. */
  double seconds() {
    return seconds(samples.get(samples.size() - 1));
  }

  /** What the file is called. */
  String file() {
    return file;
  }

  /** What was done, such as {@code put photo.jpg, 4.1 MB}. */
  String what() {
    String done = text(begin, "command") + " " + text(begin, "name");
    double bytes = end == null ? Double.NaN : end.decimal("sizeBytes");
    return done.isBlank() ? file : done + (Double.isNaN(bytes) ? "" : ", " + Scale.bytes(bytes));
  }

  /** How it ended. */
  String outcome() {
    if (end == null) {
      return "no end in the file";
    }
    String result = text(end, "result");
    String limit = text(end, "limitedBy");
    return limit.isEmpty() ? result : result + ", limited by " + limit.replace('-', ' ');
  }
}
