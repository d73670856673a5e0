package dev.ferry.svg;

import dev.ferry.svg.Panel.Lines;
import dev.ferry.svg.Panel.Strips;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws panels above each other, over one axis of time. */
public final class Chart {
  private static final double WIDTH_PX = 960;
  private static final double LEFT_PX = 92;
  private static final double RIGHT_PX = 936;
  private static final double HEAD_PX = 46;
  private static final double LINE_PX = 19;
  private static final double LINES_PX = 118;
  private static final double ROW_PX = 20;
  private static final double ROW_GAP_PX = 5;
  private static final double TITLE_PX = 26;
  private static final double GAP_PX = 20;
  private static final double LEGEND_PX = 22;

  /** How wide a character of the legend's font is on average. */
  private static final double CHARACTER_PX = 6.4;

  private static final double SWATCH_PX = 22;
  private static final int TIME_STEPS = 8;
  private static final int VALUE_STEPS = 4;

  /** Peaks this much above what nearly all values stay below are cut off, to a height above it. */
  private static final double PEAK_FACTOR = 3;

  private static final double USUAL = 0.95;
  private static final double CUT_FACTOR = 1.5;

  private static final String CSS =
      """
      svg { color-scheme: light dark; background: var(--paper);
        --paper: #fff; --ink: #1f2328; --faint: #59636e; --grid: #e4e7eb; --edge: #afb8c1;
        --a: #0a58ca; --b: #d9730d; --c: #1a7f37; --d: #8250df; --e: #cf222e; --f: #0e7c86;
        --g: #b08800; --h: #8c959f; --i: #bf3989; --j: #57a6ff }
      @media (prefers-color-scheme: dark) { svg {
        --paper: #0d1117; --ink: #e6edf3; --faint: #9ba5b0; --grid: #252b33; --edge: #4a535d;
        --a: #4b9bff; --b: #f0954a; --c: #4cc26b; --d: #b48cff; --e: #ff7b72; --f: #3fc6d1;
        --g: #e3b341; --h: #7d8590; --i: #f778ba; --j: #a5d1ff } }
      text { font: 12px system-ui, sans-serif; fill: var(--ink) }
      .title { font: 600 18px system-ui, sans-serif }
      .note { font-size: 12.5px; fill: var(--faint) }
      .panel { font-weight: 600; font-size: 13px }
      .tick { font-size: 11.5px; fill: var(--faint); font-variant-numeric: tabular-nums }
      .right { text-anchor: end } .middle { text-anchor: middle }
      .paper { fill: var(--paper) }
      .grid { stroke: var(--grid) } .edge { stroke: var(--edge) }
      path { fill: none; stroke-width: 1px }
      .line { stroke-width: 1.7px; stroke-linejoin: round; stroke-linecap: round }
      .thin { stroke-width: 1.3px; stroke-dasharray: 5 3.5 }
      .line.a { stroke: var(--a) } .line.b { stroke: var(--b) } .line.c { stroke: var(--c) }
      .line.d { stroke: var(--d) } .line.e { stroke: var(--e) } .line.f { stroke: var(--f) }
      rect.a { fill: var(--a) } rect.b { fill: var(--b) } rect.c { fill: var(--c) }
      rect.d { fill: var(--d) } rect.e { fill: var(--e) } rect.f { fill: var(--f) }
      rect.g { fill: var(--g) } rect.h { fill: var(--h) } rect.i { fill: var(--i) }
      rect.j { fill: var(--j) }
      """;

  private final String title;
  private final List<String> notes;
  private final List<Panel> panels;
  private final Ticks time;
  private final Svg svg = new Svg();

  private Chart(String title, List<String> notes, List<Panel> panels, double seconds) {
    this.title = title;
    this.notes = notes;
    this.panels = panels;
    this.time = Ticks.upTo(seconds, TIME_STEPS);
  }

  /**
   * The picture as an SVG document. Styles of lines are {@code a} to {@code f}, and {@code thin} in
   * addition for a dashed one; styles of bars are {@code a} to {@code j}.
   *
   * @param notes lines below the title
   * @param seconds how long the axis of time is, above 0
   */
  public static String draw(String title, List<String> notes, List<Panel> panels, double seconds) {
    return new Chart(title, notes, panels, seconds).draw();
  }

  private String draw() {
    double height = HEAD_PX + notes.size() * LINE_PX + 38;
    for (Panel panel : panels) {
      height += TITLE_PX + heightPx(panel) + legendRows(panel) * LEGEND_PX + GAP_PX;
    }
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        WIDTH_PX,
        "height",
        height,
        "viewBox",
        "0 0 " + Svg.number(WIDTH_PX) + " " + Svg.number(height),
        "role",
        "img");
    svg.text("title", title);
    svg.style(CSS);
    svg.add("rect", "class", "paper", "width", WIDTH_PX, "height", height);
    svg.text("text", title, "class", "title", "x", 24.0, "y", 34.0);
    double y = HEAD_PX + 8;
    for (String note : notes) {
      svg.text("text", note, "class", "note", "x", 24.0, "y", y);
      y += LINE_PX;
    }
    for (Panel panel : panels) {
      y = draw(panel, y + GAP_PX);
    }
    drawTimes(y);
    return svg.close("svg").toString();
  }

  private static double heightPx(Panel panel) {
    return panel instanceof Strips strips
        ? strips.rows().size() * (ROW_PX + ROW_GAP_PX) - ROW_GAP_PX
        : LINES_PX;
  }

  /** Draws one, and returns where it ends. */
  private double draw(Panel panel, double top) {
    svg.open("g", "class", "panel-group");
    svg.text("text", title(panel), "class", "panel", "x", 24.0, "y", top + 8);
    double end;
    if (panel instanceof Lines lines) {
      legend(lines, top + 8);
      end = draw(lines, top + TITLE_PX);
    } else {
      end = draw((Strips) panel, top + TITLE_PX - 6);
    }
    svg.close("g");
    return end;
  }

  private double x(double seconds) {
    return LEFT_PX + (RIGHT_PX - LEFT_PX) * Math.min(1, seconds / time.to());
  }

  /** What the axis has to reach: a few peaks may be cut off, so that all else can be seen. */
  private static double top(Lines lines) {
    double max = max(lines);
    double usual =
        lines.series().stream().mapToDouble(s -> s.points().quantile(USUAL)).max().orElse(1);
    return usual > 0 && max > PEAK_FACTOR * usual ? CUT_FACTOR * usual : max;
  }

  private static double max(Lines lines) {
    return lines.series().stream().mapToDouble(s -> s.points().max()).max().orElse(1);
  }

  private static String title(Panel panel) {
    return panel instanceof Lines lines && max(lines) > ticks(lines).to()
        ? panel.title() + String.format(Locale.ROOT, " (peaks up to %.0f cut off)", max(lines))
        : panel.title();
  }

  private static Ticks ticks(Lines lines) {
    double min = lines.series().stream().mapToDouble(s -> s.points().min()).min().orElse(0);
    return lines.fromZero()
        ? Ticks.fromZero(top(lines), VALUE_STEPS)
        : Ticks.around(min, top(lines), VALUE_STEPS);
  }

  private double draw(Lines lines, double top) {
    Ticks ticks = ticks(lines);
    double bottom = top + LINES_PX;
    for (int i = 0; i < time.count(); i++) {
      line("grid", x(time.at(i)), top, x(time.at(i)), bottom);
    }
    double pixelsPerUnit = LINES_PX / (ticks.to() - ticks.from());
    for (int i = 0; i < ticks.count(); i++) {
      double y = bottom - (ticks.at(i) - ticks.from()) * pixelsPerUnit;
      line(i == 0 ? "edge" : "grid", LEFT_PX, y, RIGHT_PX, y);
      svg.text("text", ticks.label(i), "class", "tick right", "x", LEFT_PX - 8, "y", y + 4);
    }
    svg.open("svg", "y", top, "width", WIDTH_PX, "height", LINES_PX + 1);
    for (Series series : lines.series()) {
      drawLine(series, LINES_PX + ticks.from() * pixelsPerUnit, pixelsPerUnit);
    }
    svg.close("svg");
    return bottom;
  }

  private void drawLine(Series series, double zeroY, double pixelsPerUnit) {
    Points points = series.points().thinned(time.to(), (int) (RIGHT_PX - LEFT_PX));
    StringBuilder path = new StringBuilder();
    boolean broken = true;
    for (int i = 0; i < points.size(); i++) {
      if (Double.isNaN(points.value(i))) {
        broken = true;
        continue;
      }
      path.append(broken ? 'M' : 'L')
          .append(Svg.number(x(points.time(i))))
          .append(' ')
          .append(Svg.number(zeroY - points.value(i) * pixelsPerUnit));
      broken = false;
    }
    if (path.length() > 0) {
      svg.add("path", "class", "line " + series.style(), "d", path);
    }
  }

  private double draw(Strips strips, double top) {
    double y = top;
    for (Strip row : strips.rows()) {
      svg.text("text", row.name(), "class", "tick right", "x", LEFT_PX - 8, "y", y + 14);
      for (Strip.Bar bar : row.bars()) {
        double from = x(bar.from());
        svg.open(
            "rect",
            "class",
            strips.styles().getOrDefault(bar.what(), "h"),
            "x",
            from,
            "y",
            y,
            "width",
            Math.max(0.5, x(bar.to()) - from),
            "height",
            ROW_PX);
        svg.text("title", bar.what());
        svg.close("rect");
      }
      y += ROW_PX + ROW_GAP_PX;
    }
    return legend(strips, y + 12);
  }

  private static boolean isUsed(Strips strips, String what) {
    return strips.rows().stream()
        .anyMatch(row -> row.bars().stream().anyMatch(bar -> bar.what().equals(what)));
  }

  private static List<String> used(Strips strips) {
    return strips.styles().keySet().stream().filter(what -> isUsed(strips, what)).toList();
  }

  private static double entryPx(String text) {
    return SWATCH_PX + 6 + text.length() * CHARACTER_PX + 16;
  }

  private static int legendRows(Panel panel) {
    if (!(panel instanceof Strips strips)) {
      return 0;
    }
    int rows = 1;
    double x = LEFT_PX;
    for (String what : used(strips)) {
      if (x + entryPx(what) > RIGHT_PX + 16) {
        rows++;
        x = LEFT_PX;
      }
      x += entryPx(what);
    }
    return rows;
  }

  private double legend(Strips strips, double top) {
    double x = LEFT_PX;
    double y = top;
    for (Map.Entry<String, String> entry : strips.styles().entrySet()) {
      String what = entry.getKey();
      if (isUsed(strips, what)) {
        if (x + entryPx(what) > RIGHT_PX + 16) {
          x = LEFT_PX;
          y += LEGEND_PX;
        }
        svg.add(
            "rect",
            "class",
            entry.getValue(),
            "x",
            x,
            "y",
            y - 9,
            "width",
            SWATCH_PX,
            "height",
            11.0,
            "rx",
            2.0);
        svg.text("text", what, "x", x + SWATCH_PX + 6, "y", y + 1);
        x += entryPx(what);
      }
    }
    return y + LEGEND_PX - 14;
  }

  /** On the right of the title. */
  private void legend(Lines lines, double y) {
    List<Series> named = lines.series().stream().filter(s -> !s.name().isEmpty()).toList();
    double x = RIGHT_PX + 16 - named.stream().mapToDouble(s -> entryPx(s.name())).sum();
    for (Series series : named) {
      line("line " + series.style(), x, y - 4, x + SWATCH_PX, y - 4);
      svg.text("text", series.name(), "x", x + SWATCH_PX + 6, "y", y);
      x += entryPx(series.name());
    }
  }

  private void drawTimes(double y) {
    for (int i = 0; i < time.count(); i++) {
      svg.text("text", time.label(i), "class", "tick middle", "x", x(time.at(i)), "y", y + 18);
    }
    svg.text("text", "time, s", "class", "panel", "x", 24.0, "y", y + 18);
  }

  private void line(String style, double fromX, double fromY, double toX, double toY) {
    svg.add("path", "class", style, "d", "M" + point(fromX, fromY) + "L" + point(toX, toY));
  }

  private static String point(double x, double y) {
    return Svg.number(x) + " " + Svg.number(y);
  }
}
