package dev.ferry.proxy.diagram;

import dev.ferry.proxy.diagram.Course.Came;
import dev.ferry.proxy.diagram.Course.Event;
import dev.ferry.proxy.diagram.Course.Went;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From time to height: in proportion, such that what is usual in a course looks good, but idle time
 * is cut out.
 *
 * @param nsPerPixel how long a pixel is
 * @param transitPx how high an arrow is that takes as long as most do
 */
record Scale(double nsPerPixel, double transitPx) {
  private static final double USUAL_PX = 34;

  /** Higher gaps are cut … */
  private static final double MAX_GAP_PX = 110;

  /** … to this. */
  private static final double CUT_GAP_PX = 54;

  static Scale of(Course course) {
    List<Long> transits = new ArrayList<>();
    List<Long> gaps = new ArrayList<>();
    long lastNs = course.startNs();
    for (Event event : course.events()) {
      if (event instanceof Came came) {
        gaps.add(came.atNs() - lastNs);
        lastNs = came.atNs();
      } else if (event instanceof Went went && !went.hop().isReplay()) {
        transits.add(went.atNs() - went.datagram().entered.atNs());
      }
    }
    double transitNs = quantile(transits, 0.5);
    double usualNs = Math.max(quantile(gaps, 0.5), quantile(transits, 0.75));
    double nsPerPixel = Math.max(1, usualNs / USUAL_PX);
    return new Scale(nsPerPixel, transitNs / nsPerPixel);
  }

  private static double quantile(List<Long> values, double share) {
    if (values.isEmpty()) {
      return 0;
    }
    Collections.sort(values);
    return values.get((int) (share * (values.size() - 1)));
  }

  /** The height of a stretch of time. */
  double pixels(long ns) {
    return isCut(ns) ? CUT_GAP_PX : ns / nsPerPixel;
  }

  /** Whether so long a stretch of time is cut. */
  boolean isCut(long ns) {
    return ns / nsPerPixel > MAX_GAP_PX;
  }
}
