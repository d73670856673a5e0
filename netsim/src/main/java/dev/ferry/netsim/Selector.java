package dev.ferry.netsim;

import dev.ferry.netsim.PositionalRandom.Stream;

/** Applies selections to a sequence of datagrams; remembers the last decisions. */
final class Selector {
  private final PositionalRandom random;
  private final Stream stream;
  private long run;

  Selector(PositionalRandom random, Stream stream) {
    this.random = random;
    this.stream = stream;
  }

  /**
   * Whether the datagram of the given number is selected. Call it once for each datagram, in order.
   */
  boolean selects(Selection selection, long number) {
    boolean selected = decide(selection, number);
    run = selected ? run + 1 : 0;
    return selected;
  }

  private boolean decide(Selection selection, long number) {
    if (selection instanceof Selection.Independent independent) {
      return happens(independent.probability(), number);
    } else if (selection instanceof Selection.Limited limited) {
      return run < limited.longestRun() && happens(limited.probability(), number);
    } else if (selection instanceof Selection.GilbertElliott burst) {
      return run > 0 ? !happens(burst.recovery(), number) : happens(burst.failure(), number);
    } else if (selection instanceof Selection.EveryNth every) {
      return number % every.n() == 0;
    } else if (selection instanceof Selection.Listed list) {
      return list.numbers().contains(number);
    }
    throw new AssertionError(selection);
  }

  private boolean happens(double probability, long number) {
    return random.happens(probability, stream, number);
  }
}
