package dev.ferry.proxy.diagram;

import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Arrows.Arrow;
import dev.ferry.proxy.diagram.Arrows.Style;
import dev.ferry.proxy.diagram.Step.Arrive;
import dev.ferry.proxy.diagram.Step.Band;
import dev.ferry.proxy.diagram.Step.Send;
import dev.ferry.proxy.trace.TraceEvent.Entered;
import dev.ferry.svg.Svg;
import java.util.ArrayList;
import java.util.List;

/** Draws a course. */
final class Drawing {
  private static final double HEAD_LINES_Y = 62;
  private static final double HEAD_LINE_PX = 18;
  private static final int HEAD_COLUMNS = 125;
  private static final double HEAD_WIDTH_PX = 150;
  private static final double HEAD_HEIGHT_PX = 42;
  private static final double AXIS_X = 84;
  private static final double TIME_TO_TIME_PX = 15;
  private static final int TITLE_CHARACTERS = 48;

  private static final String CSS =
      """
      text { font: 12px monospace; fill: #1f2328 }
      .title { font: bold 19px sans-serif }
      .small { font: 12.5px sans-serif; fill: #57606a }
      .name { font: bold 14px sans-serif; text-anchor: middle }
      .address { font-size: 11px; text-anchor: middle; fill: #57606a }
      .under { fill: #fff; fill-opacity: 0.8 } .shaded { fill: #fff1e5; fill-opacity: 0.8 }
      .time { font-size: 11px; fill: #57606a; text-anchor: end }
      .idle { font: italic 11px sans-serif; fill: #8c6d1f; text-anchor: end }
      .fold { fill: #57606a; text-anchor: middle }
      .note { fill: #b35900 } .bad { fill: #cf222e; font-weight: bold }
      path { fill: none; stroke-width: 1.6px }
      .up { stroke: #0a58ca } .down { stroke: #1a7f37 } .again { stroke: #d9730d }
      .replay { stroke: #8250df; stroke-dasharray: 2 3 } .copy { stroke-dasharray: 7 4 }
      .open { stroke-dasharray: 1 4 }
      .head { stroke-width: 1px; stroke-dasharray: none; stroke-linejoin: round }
      .up.head { fill: #0a58ca } .down.head { fill: #1a7f37 } .again.head { fill: #d9730d }
      .replay.head { fill: #8250df }
      .cross { stroke: #cf222e; stroke-width: 2.6px; stroke-linecap: round }
      .held { fill: #b35900 } .bolt { fill: #cf222e; stroke: #fff; stroke-width: 1px }
      .dot { fill: #fff; stroke: #8250df; stroke-width: 1.6px }
      .paper { fill: #fff } .frame { fill: #fff; stroke: #d0d7de }
      .lifeline { stroke: #8c959f; stroke-width: 2px } .axis { stroke: #d0d7de; stroke-width: 1px }
      .cut { stroke: #8c6d1f; stroke-width: 1.3px }
      .band { fill: #f3f4f6; stroke: #d0d7de } .down-time { fill: #fff1e5 }
      .box { fill: #eef4fb; stroke: #8c959f }
      """;

  private final Course course;
  private final List<String> head;
  private final double headsY;
  private final double firstStepY;
  private final Layout layout;
  private final Svg svg = new Svg();
  private final Marks marks = new Marks(svg);

  private Drawing(Course course, List<Step> steps) {
    this.course = course;
    this.head = head(course);
    this.headsY = HEAD_LINES_Y + head.size() * HEAD_LINE_PX + 4;
    this.firstStepY = headsY + HEAD_HEIGHT_PX + 34;
    this.layout = Layout.of(steps, Scale.of(course), firstStepY);
  }

  /** The picture as an SVG document. */
  static String draw(Course course, List<Step> steps) {
    return new Drawing(course, steps).draw();
  }

  private String draw() {
    double bottom = layout.bottomY() + 30;
    Svg legend = new Svg();
    double height = Legend.draw(legend, layout, bottom + 34) + 28;
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        Layout.WIDTH,
        "height",
        height,
        "viewBox",
        "0 0 " + Svg.number(Layout.WIDTH) + " " + Svg.number(height),
        "role",
        "img");
    svg.text("title", title());
    svg.style(CSS);
    svg.add(
        "rect",
        "class",
        "frame",
        "x",
        0.5,
        "y",
        0.5,
        "width",
        Layout.WIDTH - 1,
        "height",
        height - 1,
        "rx",
        8.0);
    drawHead();
    drawDownTimes();
    drawLifelines(bottom);
    drawTimes();
    drawSteps();
    Legend.draw(svg, layout, bottom + 34);
    return svg.close("svg").toString();
  }

  private String title() {
    return course.datagrams().stream()
        .filter(datagram -> datagram.isOfType("start"))
        .findFirst()
        .map(Datagram::message)
        .map(start -> Texts.upload(start, TITLE_CHARACTERS))
        .orElse("Flow " + course.flow());
  }

  private void drawHead() {
    svg.text("text", title(), "class", "title", "x", 40.0, "y", 38.0);
    double y = HEAD_LINES_Y;
    for (String line : head) {
      svg.text("text", line, "class", "small", "x", 40.0, "y", y);
      y += HEAD_LINE_PX;
    }
    drawLifelineHead("client", course.client(), Layout.CLIENT_X);
    drawLifelineHead("server", "", Layout.SERVER_X);
  }

  private static List<String> head(Course course) {
    String which = "flow " + course.flow() + " (of " + course.flowCount() + " in the trace)";
    List<String> lines = new ArrayList<>();
    lines.add(Texts.duration(course.durationNs()) + (course.flowCount() > 1 ? ", " + which : ""));
    for (Direction direction : Direction.values()) {
      Totals totals =
          Totals.of(course.datagrams().stream().filter(d -> d.direction() == direction).toList());
      String name = direction == Direction.UP ? "client to server: " : "server to client: ";
      String text = name + Texts.count(totals.datagrams(), "datagram") + ", " + totals.faults();
      lines.addAll(Texts.wrap(text, HEAD_COLUMNS));
    }
    return lines;
  }

  private void drawLifelineHead(String name, String address, double x) {
    svg.add(
        "rect",
        "class",
        "box",
        "x",
        x - HEAD_WIDTH_PX / 2,
        "y",
        headsY,
        "width",
        HEAD_WIDTH_PX,
        "height",
        HEAD_HEIGHT_PX,
        "rx",
        6.0);
    double nameY = headsY + (address.isEmpty() ? 26 : 18);
    svg.text("text", name, "class", "name", "x", x, "y", nameY);
    if (!address.isEmpty()) {
      String shortened = Texts.shorten(address, 22);
      svg.text("text", shortened, "class", "address", "x", x, "y", headsY + 34);
    }
  }

  static boolean isDown(Step step) {
    return step instanceof Send send && send.datagram().entered.verdict().equals("blackhole");
  }

  /** Shades the time for which the path was down. */
  private void drawDownTimes() {
    double fromY = Double.NaN;
    double toY = 0;
    int count = 0;
    for (int i = 0; i <= layout.steps().size(); i++) {
      boolean end = i == layout.steps().size();
      if (!end && !(layout.steps().get(i) instanceof Send)) {
        continue;
      }
      boolean down = !end && isDown(layout.steps().get(i));
      if (down) {
        fromY = count++ == 0 ? layout.y(i) : fromY;
        toY = layout.y(i);
      } else if (count > 0) {
        double width = Layout.SERVER_X - Layout.CLIENT_X;
        marks.downTime(Layout.CLIENT_X, fromY - 20, width, toY - fromY + 36);
        count = 0;
      }
    }
  }

  private void drawLifelines(double bottom) {
    marks.line("axis", AXIS_X, firstStepY - 20, AXIS_X, bottom);
    for (double x : new double[] {Layout.CLIENT_X, Layout.SERVER_X}) {
      marks.line("lifeline", x, headsY + HEAD_HEIGHT_PX, x, bottom);
    }
  }

  private void drawTimes() {
    double lastY = Double.NEGATIVE_INFINITY;
    String last = "";
    for (int i = 0; i < layout.steps().size(); i++) {
      Step step = layout.steps().get(i);
      if (i > 0 && layout.scale().isCut(step.gapNs())) {
        lastY = drawCut(layout.y(i) - 27, step.gapNs(), lastY);
      }
      if (step instanceof Send send && layout.y(i) >= lastY + TIME_TO_TIME_PX) {
        String time = Texts.time(send.atNs() - course.startNs(), course.durationNs());
        if (!time.equals(last)) {
          svg.text("text", time, "class", "time", "x", AXIS_X - 7, "y", layout.y(i) + 4);
          marks.line("axis", AXIS_X - 4, layout.y(i), AXIS_X, layout.y(i));
          lastY = layout.y(i);
          last = time;
        }
      }
    }
  }

  private double drawCut(double y, long gapNs, double lastY) {
    for (double x : new double[] {AXIS_X, Layout.CLIENT_X, Layout.SERVER_X}) {
      marks.cut(x, y);
    }
    if (y < lastY + TIME_TO_TIME_PX) {
      return lastY;
    }
    svg.text("text", Texts.duration(gapNs), "class", "idle", "x", AXIS_X - 7, "y", y + 4);
    return y;
  }

  private void drawSteps() {
    for (int i = 0; i < layout.steps().size(); i++) {
      Step step = layout.steps().get(i);
      if (step instanceof Band band) {
        drawBand(band.fold(), i);
      } else if (!(step instanceof Arrive)) {
        svg.open("g", "class", "message");
        if (step instanceof Send send) {
          svg.text("title", what(send));
        }
        Arrows.of(layout, i).forEach(this::drawArrow);
        svg.close("g");
      }
    }
    for (int i = 0; i < layout.steps().size(); i++) {
      Label label = layout.label(i); // Above all lines.
      if (label != null && !(layout.steps().get(i) instanceof Band)) {
        drawLabel(label, layout.steps().get(i));
      }
    }
  }

  /** Shown where the pointer is over an arrow. */
  private String what(Send send) {
    Entered entered = send.datagram().entered;
    String direction = entered.direction() == Direction.UP ? "up " : "down ";
    String time = Texts.time(send.atNs() - course.startNs(), course.durationNs());
    String size = entered.bytes() + " bytes, ";
    return direction + entered.number() + " at " + time + ": " + size + entered.verdict();
  }

  private void drawBand(Fold fold, int index) {
    double y = layout.y(index);
    double margin = 16;
    double width = Layout.SERVER_X - Layout.CLIENT_X + 2 * margin;
    svg.open(
        "g",
        "class",
        "folded",
        "data-up",
        fold.count(Direction.UP),
        "data-down",
        fold.count(Direction.DOWN));
    svg.text("title", fold.text());
    marks.band(Layout.CLIENT_X - margin, y, width, Layout.BAND_PX);
    Label label = Labels.of(fold, y);
    double middle = (label.left() + label.right()) / 2;
    svg.text("text", label.text(), "class", "fold", "x", middle, "y", label.leftY());
    svg.close("g");
  }

  private void drawArrow(Arrow arrow) {
    String style = arrow.datagram().direction() == Direction.UP ? "up" : "down";
    style = arrow.datagram().again ? "again" : style;
    switch (arrow.style()) {
      case WHOLE -> line(arrow, style);
      case COPY -> line(arrow, style + " copy");
      case REPLAYED -> {
        line(arrow, "replay");
        marks.dot(arrow.fromX(), arrow.fromY());
      }
      case LOST -> {
        marks.line(style, arrow.fromX(), arrow.fromY(), arrow.toX(), arrow.toY());
        marks.cross(arrow.toX(), arrow.toY());
      }
      case UNDER_WAY ->
          marks.line(style + " open", arrow.fromX(), arrow.fromY(), arrow.toX(), arrow.toY());
    }
    Hop hop = arrow.hop();
    if (hop != null && arrow.style() == Style.WHOLE) {
      double shift = hop.isDamaged() && hop.delivery.heldBack() ? 0.015 : 0;
      if (hop.delivery.heldBack()) {
        marks.bars(arrow.x(Layout.MIDDLE - shift), arrow.y(Layout.MIDDLE - shift));
      }
      if (hop.isDamaged()) {
        marks.bolt(arrow.x(Layout.MIDDLE + shift), arrow.y(Layout.MIDDLE + shift));
      }
    }
  }

  private void line(Arrow arrow, String style) {
    marks.arrow(style, arrow.fromX(), arrow.fromY(), arrow.toX(), arrow.toY());
  }

  private void drawLabel(Label label, Step step) {
    boolean bad = step instanceof Send send && send.datagram().isDropped();
    double x = label.fromRight() ? label.right() : label.left();
    double y = label.baseline(x);
    double degrees = Math.toDegrees(Math.atan(label.slope()));
    svg.open(
        "g",
        "class",
        "label",
        "transform",
        "translate("
            + Svg.number(x)
            + " "
            + Svg.number(y)
            + ") rotate("
            + Svg.number(degrees)
            + ")");
    double width = label.right() - label.left();
    double left = label.fromRight() ? -width : 0;
    svg.add(
        "rect",
        "class",
        isDown(step) ? "shaded" : "under",
        "x",
        left,
        "y",
        -10.5,
        "width",
        width,
        "height",
        13.5,
        "rx",
        2.0);
    svg.textWithNote(
        label.text(),
        label.note(),
        bad ? "bad" : "note",
        "text-anchor",
        label.fromRight() ? "end" : "start");
    svg.close("g");
  }
}
