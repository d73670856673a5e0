package dev.ferry.proxy.diagram;

import java.util.ArrayList;
import java.util.List;

/** Keeps labels off each other, by pushing steps down. */
final class LabelPusher {
  private static final int MOST_ROUNDS = 1_000;

  /** How far a label reaches above the beginning of its arrow. */
  private static final double TALLEST_PX = 20;

  /** Less is not seen. */
  private static final double LEAST_PX = 0.01;

  private LabelPusher() {}

  /**
   * Pushes until no two labels of the layout touch. A push makes arrows steeper that are under way,
   * and so moves labels above it too; but no label leans by more than a few degrees, so it ends.
   *
   * @param pushed how far each step has been pushed down; the layout reads it
   */
  static void separate(Layout layout, double[] pushed) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (!push(layout, pushed)) {
        return;
      }
      layout.place();
    }
    throw new IllegalStateException("the labels do not come to rest");
  }

  /** Goes from top to bottom once. */
  private static boolean push(Layout layout, double[] pushed) {
    List<Label> above = new ArrayList<>();
    double shift = 0;
    for (int step = 0; step < pushed.length; step++) {
      Label label = layout.label(step);
      if (label != null) {
        double top = layout.y(step) + shift - TALLEST_PX; // No label further down reaches higher.
        above.removeIf(higher -> higher.lowest() < top);
        Label shifted = label.shiftedBy(shift);
        double overlap = 0;
        for (Label higher : above) {
          overlap = Math.max(overlap, higher.overlapWith(shifted));
        }
        if (overlap > LEAST_PX) {
          pushed[step] += overlap;
          shift += overlap;
          shifted = shifted.shiftedBy(overlap);
        }
        above.add(shifted);
      }
    }
    return shift > 0;
  }
}
