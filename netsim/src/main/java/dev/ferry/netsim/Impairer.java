package dev.ferry.netsim;

import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.netsim.PositionalRandom.Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Impairs one direction of a path. A datagram passes, in this order: the blackhole, the MTU, loss,
 * damage, duplication, and then each copy the rate limit with its queue, the delay with its jitter,
 * and reordering. The same seed and the same datagrams at the same times get the same fates; a
 * property that is switched off or on does not change what is drawn for the others. Not
 * thread-safe.
 */
public final class Impairer {
  /** How far back a replay reaches, in datagrams; the caller keeps that many. */
  public static final int REPLAY_WINDOW = 64;

  private final PositionalRandom random;
  private ImpairmentSpec spec;
  private long number;
  private boolean started;
  private long startNs;
  private double jitterState;
  private long lastArrivalNs;

  private final Bottleneck bottleneck = new Bottleneck();
  private final Selector loss;
  private final Selector reorder;
  private final Selector duplicate;
  private final Selector corrupt;
  private final Selector truncate;
  private final Selector replay;

  /** Creates a direction; its clock starts with the first datagram, unless it is started before. */
  public Impairer(ImpairmentSpec spec, long seed) {
    this.spec = spec;
    this.random = new PositionalRandom(seed);
    this.loss = new Selector(random, Stream.LOSS);
    this.reorder = new Selector(random, Stream.REORDER);
    this.duplicate = new Selector(random, Stream.DUPLICATE);
    this.corrupt = new Selector(random, Stream.CORRUPT);
    this.truncate = new Selector(random, Stream.TRUNCATE);
    this.replay = new Selector(random, Stream.REPLAY);
  }

  /** Starts the clock of what happens on schedule, such as a blackhole; only once. */
  public void start(long nowNs) {
    started = true;
    startNs = nowNs;
    lastArrivalNs = nowNs;
  }

  /** Changes what is done from the next datagram on. */
  public void reconfigure(ImpairmentSpec changed) {
    spec = changed;
  }

  /** The impairments in force. */
  public ImpairmentSpec spec() {
    return spec;
  }

  /**
   * Decides on the next datagram.
   *
   * @param payloadBytes its length, 0 … 65507
   * @param nowNs never earlier than in the call before
   */
  public Fate next(int payloadBytes, long nowNs) {
    if (!started) {
      start(nowNs);
    }
    number++;
    long delayNs = Math.max(0, spec.delayNs() + jitterNs());
    boolean lost = loss.selects(spec.loss(), number);
    boolean heldBack = reorder.selects(spec.reorder(), number);
    boolean duplicated = duplicate.selects(spec.duplicate(), number);
    boolean corrupted = corrupt.selects(spec.corrupt(), number) && payloadBytes > 0;
    boolean truncated = truncate.selects(spec.truncate(), number) && payloadBytes > 0;
    boolean replayed = replay.selects(spec.replay(), number) && number > 1;
    List<Delivery> deliveries = new ArrayList<>(2);
    Drop drop = dropBeforeLink(payloadBytes, lost, nowNs);
    if (drop == null) {
      int flippedBit =
          corrupted ? random.below(payloadBytes * Byte.SIZE, Stream.CORRUPT_BIT, number) : -1;
      int keptBytes =
          truncated ? random.below(payloadBytes, Stream.TRUNCATE_LENGTH, number) : payloadBytes;
      Delivery original =
          new Delivery(Kind.ORIGINAL, number, nowNs, flippedBit, keptBytes, heldBack);
      drop = carry(original, payloadBytes, delayNs, deliveries);
      if (duplicated) {
        Delivery copy = new Delivery(Kind.DUPLICATE, number, nowNs, -1, payloadBytes, false);
        carry(copy, payloadBytes, delayNs, deliveries);
      }
    }
    if (replayed && drop != Drop.BLACKHOLE) {
      int back =
          1 + random.below((int) Math.min(number - 1, REPLAY_WINDOW), Stream.REPLAY_WHICH, number);
      Delivery old = new Delivery(Kind.REPLAY, number - back, nowNs, -1, Integer.MAX_VALUE, false);
      carry(old, 0, delayNs, deliveries);
    }
    return new Fate(number, drop, deliveries, spec.rebinding().count(nowNs - startNs));
  }

  private @Nullable Drop dropBeforeLink(int payloadBytes, boolean lost, long nowNs) {
    if (spec.blackhole().swallows(nowNs - startNs)) {
      return Drop.BLACKHOLE;
    }
    if (payloadBytes > spec.mtuBytes() - RateLimit.HEADER_BYTES) {
      return Drop.MTU;
    }
    return lost ? Drop.LOSS : null;
  }

  /** Advances the correlated normal variable and bends it into shape. */
  private long jitterNs() {
    Jitter jitter = spec.jitter();
    if (jitter.spreadNs() == 0) {
      return 0;
    }
    double fresh = random.normal(Stream.JITTER, number);
    double correlation = jitter.correlation();
    jitterState =
        correlation * jitterState + StrictMath.sqrt(1 - correlation * correlation) * fresh;
    double value = jitter.distribution().quantile(Normal.cdf(jitterState), jitterState);
    return (long) (value * jitter.spreadNs());
  }

  /**
   * Sends one copy over the link; adds its arrival, unless the queue is full.
   *
   * @param copy at the time at which it is sent
   */
  private @Nullable Drop carry(
      Delivery copy, int linkBytes, long delayNs, List<Delivery> deliveries) {
    long sentNs = bottleneck.pass(spec.rate(), spec.queue(), linkBytes, startNs, copy.atNs());
    if (sentNs == Bottleneck.DROPPED) {
      return Drop.QUEUE;
    }
    long arrivalNs = sentNs + delayNs;
    if (copy.heldBack()) {
      arrivalNs += spec.reorderHoldNs();
    } else {
      arrivalNs = lastArrivalNs + Math.max(0, arrivalNs - lastArrivalNs);
      lastArrivalNs = arrivalNs;
    }
    deliveries.add(copy.at(arrivalNs));
    return null;
  }
}
