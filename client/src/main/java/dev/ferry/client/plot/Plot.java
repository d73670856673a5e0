package dev.ferry.client.plot;

import dev.ferry.cli.JsonFields;
import dev.ferry.svg.Chart;
import dev.ferry.svg.Panel;
import dev.ferry.svg.Points;
import dev.ferry.svg.Series;
import dev.ferry.svg.Strip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Draws transfers, one or several to compare, over one axis of time. */
public final class Plot {
  /** More cannot be told apart. */
  public static final int MAX_RUNS = 6;

  private static final String[] STYLES = {"a", "b", "c", "d", "e", "f"};

  private static final Map<String, String> STATES =
      styles(
          "startup d",
          "slow start d",
          "drain g",
          "probe down j",
          "probe cruise a",
          "avoidance a",
          "probe refill f",
          "probe up b",
          "probe rtt e",
          "uncontrolled h");

  private static final Map<String, String> LIMITS =
      styles(
          "pacing a",
          "congestion window j",
          "max rate c",
          "peers max rate c",
          "receive window e",
          "writer g",
          "reader i",
          "round trip d",
          "peer f",
          "nothing h");

  private final List<Run> runs;

  private Plot(List<Run> runs) {
    this.runs = runs;
  }

  /** The picture of one to {@value #MAX_RUNS} transfers, as an SVG document. */
  public static String draw(List<Run> runs) {
    return new Plot(runs).draw();
  }

  /** Names, each with its style behind it. */
  private static Map<String, String> styles(String... entries) {
    Map<String, String> styles = new LinkedHashMap<>();
    for (String entry : entries) {
      int space = entry.lastIndexOf(' ');
      styles.put(entry.substring(0, space), entry.substring(space + 1));
    }
    return styles;
  }

  private String draw() {
    double rate = Math.max(max("goodputBytesPerSecond"), max("bandwidthBytesPerSecond"));
    Scale rates = Scale.ofRate(rate);
    Scale sizes = Scale.ofSize(Math.max(max("windowBytes"), max("inFlightBytes")));
    List<Panel> panels = new ArrayList<>();
    add(
        panels,
        rates.unit(),
        quantity("Goodput", "goodputBytesPerSecond", v -> v / rates.perUnit()),
        quantity("bandwidth estimate", "bandwidthBytesPerSecond", v -> v / rates.perUnit()));
    add(
        panels,
        "ms",
        quantity("Round-trip time", "smoothedRttNs", v -> v / 1e6),
        quantity("minimum", "minRttNs", v -> v / 1e6));
    add(
        panels,
        "%",
        quantity("Loss", "recentLoss", v -> v * 100),
        quantity("background estimate", "backgroundLoss", v -> v * 100));
    add(
        panels,
        sizes.unit(),
        quantity("In flight", "inFlightBytes", v -> v / sizes.perUnit()),
        quantity("window", "windowBytes", v -> v / sizes.perUnit()));
    addStrips(panels, "Congestion control", "state", STATES);
    addStrips(panels, "Limited by", "limit", LIMITS);
    double seconds = runs.stream().mapToDouble(Run::seconds).max().orElse(1);
    return Chart.draw(title(), notes(), panels, seconds);
  }

  private String title() {
    return runs.size() == 1 ? runs.get(0).what() : runs.size() + " transfers compared";
  }

  private List<String> notes() {
    return runs.stream()
        .map(
            run ->
                (runs.size() == 1 ? "" : run.file() + ": " + run.what() + ", ")
                    + String.format(Locale.ROOT, "%.2f s, ", run.seconds())
                    + run.outcome())
        .toList();
  }

  private double max(String key) {
    return runs.stream()
        .flatMap(run -> run.samples().stream())
        .mapToDouble(sample -> sample.decimal(key))
        .filter(value -> !Double.isNaN(value))
        .max()
        .orElse(0);
  }

  /** Something that was sampled. */
  private record Quantity(String name, List<Points> byRun) {
    boolean hasValues() {
      return byRun.stream().anyMatch(Points::hasValues);
    }
  }

  private Quantity quantity(String name, String key, DoubleUnaryOperator scale) {
    List<Points> byRun = new ArrayList<>();
    for (Run run : runs) {
      Points points = new Points();
      for (JsonFields sample : run.samples()) {
        points.add(Run.seconds(sample), scale.applyAsDouble(sample.decimal(key)));
      }
      byRun.add(points);
    }
    return new Quantity(name, byRun);
  }

  /** A panel of two quantities, the second one dashed; those without any value are left out. */
  private void add(List<Panel> panels, String unit, Quantity first, Quantity second) {
    if (!first.hasValues() && !second.hasValues()) {
      return;
    }
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      boolean alone = runs.size() == 1;
      String name = alone ? first.name().toLowerCase(Locale.ROOT) : runs.get(i).file();
      boolean named = alone || panels.isEmpty();
      series.add(new Series(named ? name : "", STYLES[i], first.byRun().get(i)));
      if (second.hasValues()) {
        String style = (alone ? "b" : STYLES[i]) + " thin";
        series.add(new Series(alone ? second.name() : "", style, second.byRun().get(i)));
      }
    }
    boolean explains = second.hasValues() && runs.size() > 1;
    String dashed = explains ? " (dashed: " + second.name() + ")" : "";
    panels.add(new Panel.Lines(first.name() + dashed + ", " + unit, series, !unit.equals("ms")));
  }

  private void addStrips(List<Panel> panels, String title, String key, Map<String, String> styles) {
    List<Strip> rows = new ArrayList<>();
    for (Run run : runs) {
      Strip row = new Strip(runs.size() == 1 ? "" : run.file());
      double from = 0;
      boolean any = false;
      for (JsonFields sample : run.samples()) {
        String what = sample.optionalText(key);
        if (what != null) {
          row.add(from, Run.seconds(sample), what.replace('-', ' '));
          any = true;
        }
        from = Run.seconds(sample);
      }
      if (any) {
        rows.add(row);
      }
    }
    if (!rows.isEmpty()) {
      panels.add(new Panel.Strips(title, rows, styles));
    }
  }
}
