package dev.ferry.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** What a program prints. */
public final class Output {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, UTF_8);

  /** Where the program is to print. */
  public PrintStream stream() {
    return stream;
  }

  /** All of it. */
  public String text() {
    return bytes.toString(UTF_8);
  }

  /** The lines that contain a text, without what comes before that and it itself. */
  public List<String> after(String start) {
    return text()
        .lines()
        .filter(line -> line.contains(start))
        .map(line -> line.substring(line.indexOf(start) + start.length()))
        .toList();
  }

  /** Waits for a number of lines that contain a text. */
  public void await(String start, int count) {
    Awaitility.await(start)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> after(start).size() >= count);
  }
}
