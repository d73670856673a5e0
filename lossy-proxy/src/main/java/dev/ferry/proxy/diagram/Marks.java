package dev.ferry.proxy.diagram;

import dev.ferry.svg.Svg;

/** Draws what pictures and legends are made of. */
final class Marks {
  private static final double HEAD_LENGTH_PX = 9;
  private static final double HEAD_HALF_WIDTH_PX = 3.6;
  private static final double CROSS_PX = 5;

  private final Svg svg;

  Marks(Svg svg) {
    this.svg = svg;
  }

  /** A line with a head at its end. */
  void arrow(String style, double fromX, double fromY, double toX, double toY) {
    double length = Math.hypot(toX - fromX, toY - fromY);
    double unitX = (toX - fromX) / length;
    double unitY = (toY - fromY) / length;
    double baseX = toX - HEAD_LENGTH_PX * unitX;
    double baseY = toY - HEAD_LENGTH_PX * unitY;
    line(style, fromX, fromY, baseX, baseY);
    double acrossX = -unitY * HEAD_HALF_WIDTH_PX;
    double acrossY = unitX * HEAD_HALF_WIDTH_PX;
    svg.add(
        "path",
        "class",
        style + " head",
        "d",
        "M"
            + point(toX, toY)
            + "L"
            + point(baseX + acrossX, baseY + acrossY)
            + "L"
            + point(baseX - acrossX, baseY - acrossY)
            + "Z");
  }

  void line(String style, double fromX, double fromY, double toX, double toY) {
    svg.add("path", "class", style, "d", "M" + point(fromX, fromY) + "L" + point(toX, toY));
  }

  /** Something ends here. */
  void cross(double x, double y) {
    double r = CROSS_PX;
    svg.add(
        "path",
        "class",
        "cross",
        "d",
        "M"
            + point(x - r, y - r)
            + "L"
            + point(x + r, y + r)
            + "M"
            + point(x - r, y + r)
            + "L"
            + point(x + r, y - r));
  }

  /** Something waited here. */
  void bars(double x, double y) {
    svg.add("rect", "class", "paper", "x", x - 7, "y", y - 6, "width", 14.0, "height", 12.0);
    for (double side : new double[] {x - 5, x + 2}) {
      svg.add("rect", "class", "held", "x", side, "y", y - 6, "width", 3.0, "height", 12.0);
    }
  }

  /** Something was damaged here. */
  void bolt(double x, double y) {
    double[][] corners = {{3.5, -12}, {-6, 2}, {-0.5, 2}, {-3.5, 12}, {6, -2}, {0.5, -2}};
    StringBuilder path = new StringBuilder();
    for (double[] corner : corners) {
      path.append(path.length() == 0 ? "M" : "L").append(point(x + corner[0], y + corner[1]));
    }
    svg.add("path", "class", "bolt", "d", path.append('Z'));
  }

  /** Something begins in the proxy. */
  void dot(double x, double y) {
    svg.add("circle", "class", "dot", "cx", x, "cy", y, "r", 3.5);
  }

  /** A line lacks a piece. */
  void cut(double x, double y) {
    svg.add("rect", "class", "paper", "x", x - 3, "y", y - 4, "width", 6.0, "height", 8.0);
    for (double middle : new double[] {y - 3.5, y + 3.5}) {
      line("cut", x - 6, middle + 2.5, x + 6, middle - 2.5);
    }
  }

  /** Nothing gets through. */
  void downTime(double x, double y, double width, double height) {
    svg.add("rect", "class", "down-time", "x", x, "y", y, "width", width, "height", height);
  }

  void band(double x, double y, double width, double height) {
    svg.add("rect", "class", "band", "x", x, "y", y, "width", width, "height", height, "rx", 4.0);
  }

  private static String point(double x, double y) {
    return Svg.number(x) + " " + Svg.number(y);
  }
}
