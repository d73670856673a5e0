package dev.ferry.client;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What a server says of how full it is, in the file that {@code --stats} writes. */
final class ServerLoads {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Path stats;

  ServerLoads(Path stats) {
    this.stats = stats;
  }

  /** A load, or the limits. */
  record Load(Map<String, String> line) {
    long of(String table) {
      return Long.parseLong(line.get(table));
    }
  }

  private List<Load> all(String event) throws IOException {
    List<String> lines = Files.readAllLines(stats);
    return lines.stream()
        .filter(line -> line.endsWith("}") && line.contains("\"event\":\"" + event + "\""))
        .map(line -> new Load(FlatJson.parse(line)))
        .toList();
  }

  /** How much of everything there may be. */
  Load limits() throws IOException {
    return all("limits").get(0);
  }

  /** The last one that was written. */
  Load latest() throws IOException {
    return last(all("load"));
  }

  private static Load last(List<Load> loads) {
    return loads.get(loads.size() - 1);
  }

  /** The most of something that there was at a time. */
  long most(String table) throws IOException {
    return all("load").stream().mapToLong(load -> load.of(table)).max().orElse(0);
  }

  /** Waits for a load; fails if there is none for very long. */
  void until(Predicate<Load> expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(PAUSE)
        .until(() -> all("load"), loads -> !loads.isEmpty() && expected.test(last(loads)));
  }
}
