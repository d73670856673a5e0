package dev.ferry.svg;

import java.util.List;
import java.util.Map;

/** A part of a chart, with an axis of its own. */
public sealed interface Panel {
  /** What it shows, with the unit. */
  String title();

  /**
   * Lines over time.
   *
   * @param fromZero whether the axis begins at 0 in any case
   */
  record Lines(String title, List<Series> series, boolean fromZero) implements Panel {
    public Lines {
      series = List.copyOf(series);
    }
  }

  /**
   * What was the case when.
   *
   * @param styles the class of the picture's style of all that may be the case, in the order of the
   *     legend
   */
  record Strips(String title, List<Strip> rows, Map<String, String> styles) implements Panel {
    public Strips {
      rows = List.copyOf(rows);
    }
  }
}
