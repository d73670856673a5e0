package dev.ferry.proxy.diagram;

import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the lines of arrows. */
final class Arrows {
  private static final double MAX_LOST_PX = 50;

  private Arrows() {}

  /** How a line is drawn. */
  enum Style {
    /** From lifeline to lifeline. */
    WHOLE,
    /** The same of a copy. */
    COPY,
    /** From the proxy to a lifeline. */
    REPLAYED,
    /** Ends on its way. */
    LOST,
    /** Had not arrived when the trace ended. */
    UNDER_WAY
  }

  /**
   * A line.
   *
   * @param hop what takes it; null if nothing arrives
   */
  record Arrow(
      Datagram datagram,
      @Nullable Hop hop,
      Style style,
      double fromX,
      double fromY,
      double toX,
      double toY) {
    /** A point on it, from 0 at its beginning to 1. */
    double x(double share) {
      return fromX + (toX - fromX) * share;
    }

    double y(double share) {
      return fromY + (toY - fromY) * share;
    }
  }

  /** The lines that begin with a step. */
  static List<Arrow> of(Layout layout, int index) {
    double y = layout.y(index);
    List<Arrow> arrows = new ArrayList<>();
    if (layout.steps().get(index) instanceof Step.Send send) {
      Datagram datagram = send.datagram();
      if (datagram.isDropped()) {
        arrows.add(broken(layout, datagram, Style.LOST, y));
      }
      for (Hop hop : datagram.hops) {
        if (!hop.isReplay()) {
          arrows.add(way(layout, datagram, hop, y));
        }
      }
    } else if (layout.steps().get(index) instanceof Step.Replay replay) {
      Double endY = layout.arrivalY(replay.hop());
      if (endY != null) {
        Direction direction = replay.datagram().direction();
        double from = across(direction, Layout.MIDDLE);
        double to = across(direction, 1);
        arrows.add(new Arrow(replay.datagram(), replay.hop(), Style.REPLAYED, from, y, to, endY));
      }
    }
    return arrows;
  }

  private static Arrow way(Layout layout, Datagram datagram, Hop hop, double y) {
    Double endY = layout.arrivalY(hop);
    if (endY == null) {
      return broken(layout, datagram, Style.UNDER_WAY, y);
    }
    Style style = hop.kind() == Kind.ORIGINAL ? Style.WHOLE : Style.COPY;
    Direction direction = datagram.direction();
    return new Arrow(datagram, hop, style, across(direction, 0), y, across(direction, 1), endY);
  }

  private static Arrow broken(Layout layout, Datagram datagram, Style style, double y) {
    Direction direction = datagram.direction();
    double endY = y + lostPx(layout) * Layout.MIDDLE;
    return new Arrow(
        datagram, null, style, across(direction, 0), y, across(direction, Layout.MIDDLE), endY);
  }

  /** Where the line ends on which a datagram's label stands, if it went on to the other side. */
  static double end(Layout layout, Datagram datagram, double y) {
    if (!datagram.isDropped()) {
      for (Hop hop : datagram.hops) {
        Double endY = hop.isReplay() ? null : layout.arrivalY(hop);
        if (endY != null) {
          return endY;
        }
      }
    }
    return y + lostPx(layout);
  }

  private static double lostPx(Layout layout) {
    return Math.min(layout.scale().transitPx(), MAX_LOST_PX);
  }

  private static double across(Direction direction, double share) {
    double way = (Layout.SERVER_X - Layout.CLIENT_X) * share;
    return direction == Direction.UP ? Layout.CLIENT_X + way : Layout.SERVER_X - way;
  }
}
