package dev.ferry.client.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Plot} and {@link Run}. */
class PlotTest {
  private static final String BEGIN =
      "{\"schema\":\"ferry.stats.v1\",\"event\":\"begin\",\"command\":\"put\",\"name\":\"<a>\"}\n";
  private static final String SAMPLES =
      sample(0, 0, "startup") + sample(1, 4_000_000, "startup") + sample(2, 5_000_000, "drain");
  private static final String END =
      "{\"schema\":\"ferry.stats.v1\",\"event\":\"end\",\"result\":\"completed\","
          + "\"sizeBytes\":9000000,\"limitedBy\":\"path-rate\"}\n";

  private static String sample(long seconds, long bytesPerSecond, String state) {
    return "{\"schema\":\"ferry.stats.v1\",\"event\":\"sample\",\"timeNs\":"
        + seconds * 1_000_000_000L
        + ",\"goodputBytesPerSecond\":"
        + bytesPerSecond
        + ",\"recentLoss\":0.015,\"state\":\""
        + state
        + "\",\"limit\":\"pacing\"}\n";
  }

  private static Run run(String name, String text) throws IOException, StatsFormatException {
    return runs(name, text, null).get(0);
  }

  private static List<Run> runs(String name, String text, Long connection)
      throws IOException, StatsFormatException {
    return Run.readAll(name, new BufferedReader(new StringReader(text)), connection);
  }

  @Test
  void shouldDrawWhatIsThere() throws Exception {
    String svg = Plot.draw(List.of(run("file", BEGIN + SAMPLES + END)));
    assertThat(svg)
        .contains("put &lt;a&gt;, 9.0 MB", "2.00 s, completed, limited by path rate")
        .contains("Goodput, Mbit/s", "Loss, %", "Congestion control", "Limited by")
        .contains(">startup<", ">drain<", ">pacing<")
        .doesNotContain("Round-trip time", "In flight", "bandwidth estimate", ">cubic<");
  }

  /** Lines of one connection among those of a server. */
  private static String of(int connection, String lines) {
    return lines.replace("\"event\"", "\"connection\":" + connection + ",\"event\"");
  }

  @Test
  void shouldDrawTheTransfersOfAServer() throws Exception {
    String begin = BEGIN.replace("begin", "connection");
    String text =
        "{\"schema\":\"ferry.stats.v1\",\"event\":\"begin\"}\n"
            + of(7, begin + SAMPLES)
            + of(8, begin + sample(0, 1, "drain"))
            + of(9, begin + SAMPLES + END)
            + of(7, END);
    assertThat(runs("server", text, null)).hasSize(2);
    assertThat(Plot.draw(runs("server", text, null)))
        .contains("2 transfers compared", ">server 7<", ">server 9<", "server 7: put &lt;a&gt;");
    assertThat(Plot.draw(runs("server", text, 9L))).contains("put &lt;a&gt;, 9.0 MB");
    assertThatThrownBy(() -> runs("server", text, 10L)).isInstanceOf(StatsFormatException.class);
  }

  @Test
  void shouldCompareSeveral() throws Exception {
    String svg = Plot.draw(List.of(run("one", BEGIN + SAMPLES + END), run("two", BEGIN + SAMPLES)));
    assertThat(svg)
        .contains("2 transfers compared", ">one<", ">two<")
        .contains("one: put", "two: put &lt;a&gt;, 2.00 s, no end in the file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "{}",
        "{\"schema\":\"ferry.trace.v1\",\"event\":\"sample\",\"timeNs\":0}",
        "{\"schema\":\"ferry.stats.v1\",\"event\":\"sample\"}",
        "{\"schema\":\"ferry.stats.v1\",\"event\":\"sample\",\"timeNs\":7}\n"
            + "{\"schema\":\"ferry.stats.v1\",\"event\":\"sample\",\"timeNs\":6}",
        "{\"schema\":\"ferry.stats.v1\",\"event\":\"sample\",\"timeNs\":0}"
      })
  void shouldTurnDownWhatIsNoStatistics(String text) {
    assertThatThrownBy(() -> run("file", text)).isInstanceOf(StatsFormatException.class);
  }
}
