package dev.ferry.proxy.diagram;

import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Course.Came;
import dev.ferry.proxy.diagram.Course.Event;
import dev.ferry.proxy.diagram.Course.Went;
import dev.ferry.proxy.diagram.Step.Arrive;
import dev.ferry.proxy.diagram.Step.Band;
import dev.ferry.proxy.diagram.Step.Replay;
import dev.ferry.proxy.diagram.Step.Send;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses what of a course is shown. In a run of datagrams without faults, nothing but its
 * beginning and its end is; and if still too much is left, the middle of it all goes.
 */
final class Folding {
  /** Fewer are not worth a band. */
  private static final int LEAST_FOLDED = 4;

  /** So many are always shown. */
  private static final int FEW = 24;

  private final List<Event> events;
  private final Map<Datagram, Fold> folds = new HashMap<>();

  private Folding(List<Event> events) {
    this.events = events;
  }

  /**
   * What is shown, in the order of time.
   *
   * @param maxDatagrams how many at most
   */
  static List<Step> fold(Course course, int maxDatagrams) {
    Folding folding = new Folding(course.events());
    List<Datagram> datagrams = course.datagrams();
    if (datagrams.size() > FEW) {
      folding.foldDullRuns();
    }
    folding.foldMiddle(datagrams, maxDatagrams);
    return folding.steps();
  }

  private void foldDullRuns() {
    int start = 0;
    for (int i = 0; i <= events.size(); i++) {
      if (i == events.size() || !events.get(i).datagram().isDull()) {
        foldRun(wholeIn(events.subList(start, i)));
        start = i + 1;
      }
    }
  }

  /** The datagrams that come and go in a stretch of time. */
  private static List<Datagram> wholeIn(List<Event> stretch) {
    Map<Datagram, Integer> seen = new LinkedHashMap<>();
    stretch.forEach(event -> seen.merge(event.datagram(), 1, Integer::sum));
    return seen.entrySet().stream().filter(e -> e.getValue() == 2).map(Map.Entry::getKey).toList();
  }

  /** Leaves a message and its answer at each end. */
  private void foldRun(List<Datagram> run) {
    int from = 1;
    while (from < run.size() && run.get(from - 1).direction() != Direction.DOWN) {
      from++;
    }
    int to = run.size() - 1;
    while (to > 0 && run.get(to).direction() != Direction.UP) {
      to--;
    }
    boolean oneWay = from >= to;
    foldAll(oneWay && run.size() > 4 ? run.subList(2, run.size() - 2) : part(run, from, to));
  }

  private static List<Datagram> part(List<Datagram> run, int from, int to) {
    return from < to ? run.subList(from, to) : List.of();
  }

  private void foldAll(List<Datagram> datagrams) {
    if (datagrams.size() >= LEAST_FOLDED) {
      Fold fold = new Fold();
      datagrams.forEach(datagram -> folds.put(datagram, fold));
    }
  }

  private void foldMiddle(List<Datagram> datagrams, int maxDatagrams) {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < datagrams.size(); i++) {
      if (!folds.containsKey(datagrams.get(i))) {
        shown.add(i);
      }
    }
    if (shown.size() > maxDatagrams) {
      int head = maxDatagrams * 2 / 3;
      int tail = maxDatagrams - head;
      int from = head == 0 ? 0 : shown.get(head - 1) + 1;
      int to = tail == 0 ? datagrams.size() : shown.get(shown.size() - tail);
      while (from > 0 && from < to && folds.containsKey(datagrams.get(from))) {
        from++; // A band of its own stays whole.
      }
      Fold all = new Fold();
      datagrams.subList(from, to).forEach(datagram -> folds.put(datagram, all));
    }
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    Set<Fold> begun = new HashSet<>();
    long lastNs = events.get(0).atNs();
    for (Event event : events) {
      Fold fold = folds.get(event.datagram());
      if (fold == null) {
        addSteps(steps, event, event.atNs() - lastNs);
      } else {
        fold.add(event);
        if (begun.add(fold)) {
          steps.add(new Band(fold));
        }
      }
      lastNs = event.atNs();
    }
    return steps;
  }

  private static void addSteps(List<Step> steps, Event event, long gapNs) {
    Datagram datagram = event.datagram();
    if (event instanceof Went went) {
      steps.add(new Arrive(datagram, went.hop(), gapNs));
    } else if (event instanceof Came) {
      steps.add(new Send(datagram, gapNs, event.atNs()));
      for (Hop hop : datagram.hops) {
        if (hop.isReplay() && hop.left) {
          steps.add(new Replay(datagram, hop));
        }
      }
    }
  }
}
