package dev.ferry.svg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Chart}, {@link Ticks} and {@link Points}. */
class ChartTest {
  private static Points points(double... values) {
    Points points = new Points();
    for (int i = 0; i < values.length; i++) {
      points.add(i, values[i]);
    }
    return points;
  }

  private static String draw(Panel... panels) throws Exception {
    String svg = Chart.draw("A <title>", List.of("a & b"), List.of(panels), 10);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
    return svg;
  }

  private static List<String> labels(Ticks ticks) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < ticks.count(); i++) {
      labels.add(ticks.label(i));
    }
    return labels;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 0.5 1.0",
    "0.03, 0.00 0.01 0.02 0.03",
    "1, 0.0 0.5 1.0",
    "3.9, 0 1 2 3 4",
    "4, 0 1 2 3 4",
    "47, 0 20 40 60",
    "950, 0 500 1000"
  })
  void shouldMarkRoundValues(double max, String expected) {
    assertThat(String.join(" ", labels(Ticks.fromZero(max, 4)))).isEqualTo(expected);
  }

  @Test
  void shouldBeginAboveZeroWhereAllValuesAreFarAboveIt() {
    assertThat(labels(Ticks.around(301, 309, 4)))
        .containsExactly("300", "302", "304", "306", "308", "310");
    assertThat(labels(Ticks.around(1, 9, 4)).get(0)).isEqualTo("0");
    assertThat(Ticks.around(5, 5, 4).to()).isGreaterThan(5);
  }

  @Test
  void shouldKeepPeaksWhereThereAreMoreValuesThanCanBeSeen() {
    Points points = new Points();
    for (int i = 0; i < 100_000; i++) {
      points.add(i / 1000.0, i == 54_321 ? 7 : i % 2);
    }
    Points thinned = points.thinned(100, 500);
    assertThat(thinned.size()).isBetween(500, 1100);
    assertThat(thinned.max()).isEqualTo(7);
    assertThat(thinned.min()).isZero();
  }

  @Test
  void shouldBreakALineWhereThereIsNoValue() throws Exception {
    Series series = new Series("name", "a", points(1, 2, Double.NaN, 3, 4));
    String svg = draw(new Panel.Lines("Lines, unit", List.of(series), true));
    assertThat(svg).contains("A &lt;title&gt;", "a &amp; b", "Lines, unit", ">name<");
    assertThat(
            svg.lines()
                .filter(
                    line ->
                        line.contains("class=\"line a\" d=\"M")
                            && line.indexOf('M', line.indexOf("d=\"M") + 4) > 0))
        .hasSize(1);
  }

  @Test
  void shouldCutOffAFewPeaksAndSaySo() throws Exception {
    double[] values = new double[100];
    Arrays.fill(values, 5);
    values[50] = 400;
    String svg = draw(new Panel.Lines("Lines", List.of(new Series("", "a", points(values))), true));
    assertThat(svg).contains("Lines (peaks up to 400 cut off)").doesNotContain(">400<");
  }

  @Test
  void shouldExplainOnlyBarsThatAreThere() throws Exception {
    Strip strip = new Strip("row");
    strip.add(0, 1, "on");
    strip.add(1, 2, "on");
    strip.add(2, 3, "off");
    assertThat(strip.bars()).hasSize(2);
    String svg =
        draw(new Panel.Strips("Bars", List.of(strip), Map.of("on", "a", "off", "b", "other", "c")));
    assertThat(svg).contains(">row<", ">on<", ">off<").doesNotContain(">other<");
  }
}
