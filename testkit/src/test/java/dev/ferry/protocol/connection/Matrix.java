package dev.ferry.protocol.connection;

import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * How thoroughly rate control is tested on emulated links: with {@code -Dferry.matrix=full}
 * transfers are long, and the median of five seeds counts. With any value, such as {@code short},
 * what was found is printed.
 */
final class Matrix {
  private static final String PROPERTY = System.getProperty("ferry.matrix", "");
  static final boolean FULL = PROPERTY.equals("full");

  static final int FULL_SEEDS = 5;
  static final int SEEDS = FULL ? FULL_SEEDS : 1;

  /** The size of a transfer that never ends. */
  static final long ENDLESS = 1L << 40;

  private Matrix() {}

  /**
   * A transfer that had a link to itself.
   *
   * @param share of what the link can carry at most
   * @param sent data packets for each that the file needs
   * @param redundant data packets that arrived and were not needed, for each that was
   * @param queueLoss the share of packets that did not fit into the queue
   */
  record Run(double share, double sent, double redundant, double queueLoss) {}

  /** Transfers so many bytes, for so long at the most. */
  static Run run(
      EmulatedLink link, CongestionAlgorithm algorithm, long bytes, double seconds, long seed) {
    Dumbbell dumbbell = link.dumbbell(seed);
    Dumbbell.Flow flow = dumbbell.add(algorithm, bytes, 0);
    dumbbell.run(seconds);
    return new Run(link.share(flow), flow.sentForEach(), flow.redundant(), dumbbell.queueLoss());
  }

  /** The same with the default algorithm, for each of some seeds. */
  static List<Run> runs(int seeds, EmulatedLink link, long bytes, double seconds) {
    return each(seeds, seed -> run(link, CongestionAlgorithm.MODEL, bytes, seconds, seed));
  }

  /** Does something for each of some seeds, from 1 on. */
  static <T> List<T> each(int seeds, LongFunction<T> what) {
    return LongStream.rangeClosed(1, seeds).mapToObj(what).toList();
  }

  /** The median of one value of all runs; printed for docs/performance.md if it is asked for. */
  static <T> double median(String what, List<T> runs, ToDoubleFunction<T> of) {
    double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
    double median = sorted[sorted.length / 2];
    if (!PROPERTY.isEmpty()) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.3f [%.3f-%.3f]%n",
          what,
          median,
          sorted[0],
          sorted[sorted.length - 1]);
    }
    return median;
  }
}
