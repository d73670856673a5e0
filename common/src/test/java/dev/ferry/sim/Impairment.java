package dev.ferry.sim;

/**
 * What one direction of a path does to its datagrams. Times in nanoseconds, probabilities from 0 to
 * 1, each drawn for every datagram by itself.
 *
 * @param delayNs how long every datagram travels at least
 * @param jitterNs up to how much longer; does not change the order
 * @param loss the probability of being lost
 * @param duplication the probability of arriving twice
 * @param reordering the probability of being held back and overtaken
 * @param heldBackNs up to how long a datagram is then held back; the second copy of a duplicate is
 *     too
 */
public record Impairment(
    long delayNs,
    long jitterNs,
    double loss,
    double duplication,
    double reordering,
    long heldBackNs) {
  /** A perfect path, without even a delay. */
  public static final Impairment NONE = new Impairment(0, 0, 0, 0, 0, 0);

  /** A path that only takes its time. */
  public static Impairment delay(long delayNs) {
    return new Impairment(delayNs, 0, 0, 0, 0, 0);
  }

  /** The same with up to so much more delay. */
  public Impairment withJitter(long newJitterNs) {
    return new Impairment(delayNs, newJitterNs, loss, duplication, reordering, heldBackNs);
  }

  /** The same with so much loss. */
  public Impairment withLoss(double newLoss) {
    return new Impairment(delayNs, jitterNs, newLoss, duplication, reordering, heldBackNs);
  }

  /** The same with so many duplicates, the second up to so much later. */
  public Impairment withDuplication(double newDuplication, long newHeldBackNs) {
    return new Impairment(delayNs, jitterNs, loss, newDuplication, reordering, newHeldBackNs);
  }

  /** The same with so many datagrams held back, by up to so much. */
  public Impairment withReordering(double newReordering, long newHeldBackNs) {
    return new Impairment(delayNs, jitterNs, loss, duplication, newReordering, newHeldBackNs);
  }
}
