package dev.ferry.impair;

import dev.ferry.time.Nanos;

/**
 * What is done to one direction of a path. Probabilities are 0 … 1, times nanoseconds. Immutable;
 * start from {@link #NONE} and change what is wanted.
 *
 * @param loss which datagrams get lost
 * @param delayNs how long each one takes
 * @param jitter how that varies; it never reorders
 * @param reorder the probability that a datagram is held back so that later ones overtake it
 * @param reorderHoldNs for how long
 * @param duplicate the probability that a datagram is carried twice
 * @param corrupt the probability that one bit of a datagram is flipped
 * @param truncate the probability that a datagram loses its end
 * @param rate how fast bytes are carried
 * @param queue how much may wait for the rate; more is dropped
 * @param mtuBytes datagrams that need a larger IP packet vanish, as behind a path that blocks
 *     "fragmentation needed"
 * @param blackhole when nothing gets through
 * @param replay the probability that with a datagram an old one comes again
 */
public record ImpairmentSpec(
    LossModel loss,
    long delayNs,
    Jitter jitter,
    double reorder,
    long reorderHoldNs,
    double duplicate,
    double corrupt,
    double truncate,
    RateLimit rate,
    QueueLimit queue,
    int mtuBytes,
    Blackhole blackhole,
    double replay) {

  /** No MTU to care for. */
  public static final int UNLIMITED_MTU = Integer.MAX_VALUE;

  /** A perfect path. */
  public static final ImpairmentSpec NONE =
      new ImpairmentSpec(
          LossModel.NONE,
          0,
          Jitter.NONE,
          0,
          10 * Nanos.MILLISECOND,
          0,
          0,
          0,
          RateLimit.NONE,
          QueueLimit.DEFAULT,
          UNLIMITED_MTU,
          Blackhole.NEVER,
          0);

  /** Checks the ranges. */
  public ImpairmentSpec {
    Checks.notNegative("delay", delayNs);
    Checks.probability("reorder", reorder);
    Checks.notNegative("reorder-hold", reorderHoldNs);
    Checks.probability("duplicate", duplicate);
    Checks.probability("corrupt", corrupt);
    Checks.probability("truncate", truncate);
    Checks.probability("replay", replay);
    if (mtuBytes < 1) {
      throw new IllegalArgumentException("the MTU must be at least 1 byte");
    }
  }

  /**
   * How much may wait for a rate limit.
   *
   * @param bytes at the most, headers included
   * @param waitNs for how long at the most
   */
  public record QueueLimit(long bytes, long waitNs) {
    /** 64 KiB, however long that takes. */
    public static final QueueLimit DEFAULT = new QueueLimit(64 << 10, Long.MAX_VALUE);

    /** Checks the ranges. */
    public QueueLimit {
      Checks.notNegative("queue", bytes);
      Checks.notNegative("queue", waitNs);
    }
  }

  /**
   * A path that is up and down in turns, beginning with up.
   *
   * @param upNs how long it is up
   * @param downNs how long it is down; 0 for never
   */
  public record Blackhole(long upNs, long downNs) {
    /** Always up. */
    public static final Blackhole NEVER = new Blackhole(0, 0);

    /** Checks the ranges. */
    public Blackhole {
      Checks.notNegative("blackhole", upNs);
      Checks.notNegative("blackhole", downNs);
    }

    /** Whether the path is down so many nanoseconds after the start. */
    boolean swallows(long sinceStartNs) {
      return downNs > 0 && sinceStartNs % (upNs + downNs) >= upNs;
    }
  }

  /** The same with another loss. */
  public ImpairmentSpec withLoss(LossModel changed) {
    return new ImpairmentSpec(
        changed,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with another constant delay and jitter. */
  public ImpairmentSpec withDelay(long changedNs, Jitter changed) {
    return new ImpairmentSpec(
        loss,
        changedNs,
        changed,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with another reordering. */
  public ImpairmentSpec withReorder(double changed, long changedHoldNs) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        changed,
        changedHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with another duplication. */
  public ImpairmentSpec withDuplicate(double changed) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        changed,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with other damage. */
  public ImpairmentSpec withDamage(double changedCorrupt, double changedTruncate) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        changedCorrupt,
        changedTruncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with another rate and queue. */
  public ImpairmentSpec withRate(RateLimit changed, QueueLimit changedQueue) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        changed,
        changedQueue,
        mtuBytes,
        blackhole,
        replay);
  }

  /** The same with another MTU, in bytes of the IP packet. */
  public ImpairmentSpec withMtu(int changedBytes) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        changedBytes,
        blackhole,
        replay);
  }

  /** The same with another schedule of outages. */
  public ImpairmentSpec withBlackhole(Blackhole changed) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        changed,
        replay);
  }

  /** The same with another probability of replay. */
  public ImpairmentSpec withReplay(double changed) {
    return new ImpairmentSpec(
        loss,
        delayNs,
        jitter,
        reorder,
        reorderHoldNs,
        duplicate,
        corrupt,
        truncate,
        rate,
        queue,
        mtuBytes,
        blackhole,
        changed);
  }
}
