package dev.ferry.svg;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was the case at which time, as a row of coloured bars. */
public final class Strip {
  /**
   * A bar.
   *
   * @param what as in the legend
   */
  record Bar(double from, double to, String what) {}

  private final String name;
  private final List<Bar> bars = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param name stands beside it
   */
  public Strip(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** That was the case; times ascend, and do not overlap. */
  public void add(double from, double to, String what) {
    int last = bars.size() - 1;
    if (last >= 0 && bars.get(last).what().equals(what) && bars.get(last).to() >= from) {
      bars.set(last, new Bar(bars.get(last).from(), to, what));
    } else {
      bars.add(new Bar(from, to, what));
    }
  }

  List<Bar> bars() {
    return Collections.unmodifiableList(bars);
  }
}
