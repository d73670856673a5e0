package dev.ferry.proxy.diagram;

import dev.ferry.proxy.core.Direction;
import org.jspecify.annotations.Nullable;

/** Makes labels: what they say, and where they stand. */
final class Labels {
  /** Labels of steeper arrows stand upright. */
  private static final double MAX_SLOPE = 0.2;

  private static final double TO_LIFELINE_PX = 14;
  private static final double ABOVE_LINE_PX = 5.5;

  /** Something must be left of the message. */
  private static final int LEAST_MESSAGE_COLUMNS = 14;

  private static final int BAND_COLUMNS = 86;

  private Labels() {}

  /**
   * The label of an arrow, above its beginning.
   *
   * @param y where the arrow begins
   * @param endY where it would end
   */
  static Label of(Datagram datagram, double y, double endY) {
    int columns = Layout.LABEL_COLUMNS;
    String note = Texts.shorten(Texts.fate(datagram), columns - LEAST_MESSAGE_COLUMNS);
    int room = columns - (note.isEmpty() ? 0 : 2 + Texts.columns(note));
    String text = Texts.shorten(Texts.message(datagram, room), room);
    double slope = (endY - y) / (Layout.SERVER_X - Layout.CLIENT_X);
    return besideLifeline(text, note, datagram.direction() == Direction.DOWN, y, slope);
  }

  /** The label of something old, above the end of its arrow, which begins in the middle. */
  static Label ofReplay(Step.Replay replay, double y, @Nullable Double arrivalY) {
    Datagram old = replay.hop().replayed;
    int columns = Layout.LABEL_COLUMNS;
    String what = old == null ? "" : Texts.message(old, columns - 10);
    String text = Texts.shorten(what.isEmpty() ? "replay" : "replay: " + what, columns);
    boolean atServer = replay.datagram().direction() == Direction.UP;
    double width = (Layout.SERVER_X - Layout.CLIENT_X) * (1 - Layout.MIDDLE);
    double endY = arrivalY == null ? y : arrivalY;
    double slope = clamp((endY - y) / width);
    // Along the arrow, but at its end, where there is nothing else.
    double nearY = endY - (endY - y == slope * width ? 0 : (endY - y) - slope * width);
    return besideLifeline(text, "", atServer, nearY, -slope);
  }

  /**
   * A label beside a lifeline.
   *
   * @param atServer beside which one
   * @param y of the arrow, at the lifeline
   * @param slope of the arrow, away from the lifeline, downwards
   */
  private static Label besideLifeline(
      String text, String note, boolean atServer, double y, double slope) {
    double used = clamp(slope);
    double columns = Texts.columns(text) + (note.isEmpty() ? 0 : 2 + Texts.columns(note));
    double width = columns * Label.COLUMN_PX;
    double nearY = y - ABOVE_LINE_PX + TO_LIFELINE_PX * used;
    if (atServer) {
      double right = Layout.SERVER_X - TO_LIFELINE_PX;
      return new Label(text, note, right - width, right, nearY + width * used, -used, true);
    }
    double left = Layout.CLIENT_X + TO_LIFELINE_PX;
    return new Label(text, note, left, left + width, nearY, used, false);
  }

  private static double clamp(double slope) {
    return Math.abs(slope) > MAX_SLOPE ? 0 : slope;
  }

  /** The text in a band. */
  static Label of(Fold fold, double y) {
    String text = fold.text();
    if (Texts.columns(text) > BAND_COLUMNS) {
      text = Texts.cut(text, BAND_COLUMNS);
    }
    double width = Texts.columns(text) * Label.COLUMN_PX;
    double left = (Layout.CLIENT_X + Layout.SERVER_X - width) / 2;
    return new Label(text, "", left, left + width, y + Layout.BAND_PX / 2 + 4, 0, false);
  }
}
