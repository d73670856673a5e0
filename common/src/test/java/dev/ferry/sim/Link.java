package dev.ferry.sim;

import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** One direction of the path between two hosts. */
public final class Link {
  private final SplittableRandom random;
  private Impairment impairment;
  private boolean cut;
  private boolean used;
  private long lastArrivalNs;

  Link(Impairment impairment, SplittableRandom random) {
    this.impairment = impairment;
    this.random = random;
  }

  /** From now on the path behaves like this; what is under way is not affected. */
  public void impair(Impairment newImpairment) {
    impairment = newImpairment;
  }

  /** A black hole: from now on everything is lost. */
  public void cut() {
    cut = true;
  }

  /** The path is back. */
  public void restore() {
    cut = false;
  }

  /**
   * Decides on one datagram.
   *
   * @param arrival told the time of arrival of each copy, all of them in the future or now
   * @return whether any copy arrives
   */
  boolean carry(long nowNs, LongConsumer arrival) {
    boolean lost = random.nextDouble() < impairment.loss();
    boolean duplicated = random.nextDouble() < impairment.duplication();
    if (lost || cut) {
      return false;
    }
    arrival.accept(arrivalNs(nowNs, random.nextDouble() < impairment.reordering()));
    if (duplicated) {
      arrival.accept(arrivalNs(nowNs, true));
    }
    return true;
  }

  private long arrivalNs(long nowNs, boolean heldBack) {
    long arrivalNs = nowNs + impairment.delayNs() + upTo(impairment.jitterNs());
    if (heldBack) {
      return arrivalNs + upTo(impairment.heldBackNs());
    }
    if (used && lastArrivalNs - arrivalNs > 0) {
      arrivalNs = lastArrivalNs;
    }
    used = true;
    lastArrivalNs = arrivalNs;
    return arrivalNs;
  }

  private long upTo(long boundNs) {
    return boundNs == 0 ? 0 : random.nextLong(boundNs + 1);
  }
}
