package dev.ferry.proxy.diagram;

import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Step.Band;
import dev.ferry.proxy.diagram.Step.Send;
import dev.ferry.svg.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Says what the marks of a picture mean: those that it has, and no others. */
final class Legend {
  private static final double LEFT_X = 40;
  private static final double RIGHT_X = 910;
  private static final double ROW_PX = 24;
  private static final double SAMPLE_PX = 40;
  private static final double GAP_PX = 26;

  /** The widest a character of its font is on average. */
  private static final double CHARACTER_PX = 6.9;

  private final Svg svg;
  private final Marks marks;
  private double x = LEFT_X;
  private double y;

  private Legend(Svg svg, double y) {
    this.svg = svg;
    this.marks = new Marks(svg);
    this.y = y;
  }

  /** Draws one sample at a height. */
  private interface Sample {
    void draw(double fromX, double toX, double y);
  }

  private record Entry(String text, Sample sample) {}

  /** Draws it and returns the height of its last row. */
  static double draw(Svg svg, Layout layout, double y) {
    Legend legend = new Legend(svg, y);
    svg.open("g", "class", "legend");
    for (Entry entry : legend.entries(layout)) {
      legend.draw(entry);
    }
    svg.close("g");
    return legend.y;
  }

  private void draw(Entry entry) {
    double width = SAMPLE_PX + 8 + entry.text.length() * CHARACTER_PX;
    if (x + width > RIGHT_X) {
      x = LEFT_X;
      y += ROW_PX;
    }
    entry.sample.draw(x, x + SAMPLE_PX, y);
    svg.text("text", entry.text, "class", "small", "x", x + SAMPLE_PX + 8, "y", y + 4);
    x += width + GAP_PX;
  }

  private List<Entry> entries(Layout layout) {
    List<Entry> entries = new ArrayList<>();
    if (any(layout, datagram -> datagram.direction() == Direction.UP)) {
      entries.add(new Entry("client to server", (a, b, h) -> marks.arrow("up", a, h, b, h)));
    }
    if (any(layout, datagram -> datagram.direction() == Direction.DOWN)) {
      entries.add(new Entry("server to client", (a, b, h) -> marks.arrow("down", b, h, a, h)));
    }
    if (any(layout, datagram -> datagram.again)) {
      entries.add(new Entry("sent again", (a, b, h) -> marks.arrow("again", a, h, b, h)));
    }
    if (any(layout, Datagram::isDropped)) {
      entries.add(new Entry("does not arrive", this::lost));
    }
    if (layout.steps().stream().anyMatch(Drawing::isDown)) {
      entries.add(new Entry("path down", (a, b, h) -> marks.downTime(a, h - 7, b - a, 14)));
    }
    if (any(layout, datagram -> datagram.has(Kind.DUPLICATE))) {
      entries.add(new Entry("copy", (a, b, h) -> marks.arrow("up copy", a, h, b, h)));
    }
    if (any(layout, datagram -> hop(datagram, hop -> hop.delivery.heldBack()))) {
      entries.add(new Entry("held back", this::heldBack));
    }
    if (any(layout, datagram -> hop(datagram, Hop::isDamaged))) {
      entries.add(new Entry("damaged", this::damaged));
    }
    if (any(layout, datagram -> datagram.has(Kind.REPLAY))) {
      entries.add(new Entry("replay of an old one", this::replay));
    }
    if (any(layout, datagram -> hop(datagram, hop -> !hop.left))) {
      entries.add(
          new Entry("under way at the end", (a, b, h) -> marks.line("up open", a, h, b, h)));
    }
    if (layout.steps().stream().anyMatch(Band.class::isInstance)) {
      entries.add(new Entry("left out", (a, b, h) -> marks.band(a, h - 7, b - a, 14)));
    }
    if (layout.steps().stream().anyMatch(step -> layout.scale().isCut(step.gapNs()))) {
      entries.add(new Entry("time cut out", this::cut));
    }
    return entries;
  }

  private static boolean any(Layout layout, Predicate<Datagram> property) {
    return layout.steps().stream()
        .anyMatch(step -> step instanceof Send send && property.test(send.datagram()));
  }

  private static boolean hop(Datagram datagram, Predicate<Hop> property) {
    return datagram.hops.stream().anyMatch(property);
  }

  private void lost(double from, double to, double height) {
    marks.line("up", from, height, to - 8, height);
    marks.cross(to - 8, height);
  }

  private void heldBack(double from, double to, double height) {
    marks.arrow("up", from, height, to, height);
    marks.bars((from + to) / 2, height);
  }

  private void damaged(double from, double to, double height) {
    marks.arrow("up", from, height, to, height);
    marks.bolt((from + to) / 2, height);
  }

  private void replay(double from, double to, double height) {
    marks.arrow("replay", from + 4, height, to, height);
    marks.dot(from + 4, height);
  }

  private void cut(double from, double to, double height) {
    double middle = (from + to) / 2;
    marks.line("lifeline", middle, height - 10, middle, height + 10);
    marks.cut(middle, height);
  }
}
