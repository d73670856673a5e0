package dev.ferry.proxy.diagram;

/**
 * A text that stands on an arrow or in a band.
 *
 * @param text what it says
 * @param note what follows, in another colour; may be empty
 * @param left where it begins
 * @param right where it ends at most
 * @param leftY the height of its baseline where it begins
 * @param slope of the baseline, downwards
 * @param fromRight whether it is aligned to the right
 */
record Label(
    String text,
    String note,
    double left,
    double right,
    double leftY,
    double slope,
    boolean fromRight) {
  /** The width of a column of text. */
  static final double COLUMN_PX = 7.3;

  private static final double ASCENT_PX = 10;
  private static final double DESCENT_PX = 3.5;
  private static final double DISTANCE_PX = 2;

  /**
   * How far another label that is to be below this one must be moved down not to touch it; 0 or
   * less if it need not.
   */
  double overlapWith(Label lower) {
    double from = Math.max(left, lower.left) - 4;
    double to = Math.min(right, lower.right) + 4;
    if (from >= to) {
      return 0;
    }
    double atLeft = bottom(from) - lower.top(from);
    double atRight = bottom(to) - lower.top(to);
    return Math.max(atLeft, atRight) + DISTANCE_PX;
  }

  Label shiftedBy(double downPx) {
    return new Label(text, note, left, right, leftY + downPx, slope, fromRight);
  }

  private double top(double x) {
    return baseline(x) - ASCENT_PX;
  }

  private double bottom(double x) {
    return baseline(x) + DESCENT_PX;
  }

  double baseline(double x) {
    return leftY + (x - left) * slope;
  }

  /** The lowest point. */
  double lowest() {
    return Math.max(bottom(left), bottom(right));
  }
}
