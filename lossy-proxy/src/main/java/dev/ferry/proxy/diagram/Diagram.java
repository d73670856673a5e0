package dev.ferry.proxy.diagram;

import java.util.List;

/**
 * A picture of one flow of a trace.
 *
 * @param svg the picture
 * @param shown how many datagrams it shows
 * @param folded how many it only counts
 */
public record Diagram(String svg, long shown, long folded) {
  /**
   * Draws it.
   *
   * @param course not empty
   * @param maxDatagrams how many are shown at most
   */
  public static Diagram of(CourseBuilder course, int maxDatagrams) {
    Course built = course.build();
    List<Step> steps = Folding.fold(built, maxDatagrams);
    long shown = steps.stream().filter(Step.Send.class::isInstance).count();
    return new Diagram(Drawing.draw(built, steps), shown, built.datagrams().size() - shown);
  }
}
