package dev.ferry.impair;

import dev.ferry.impair.Fate.Delivery;
import dev.ferry.impair.Fate.Drop;
import dev.ferry.impair.Fate.Kind;
import dev.ferry.impair.PositionalRandom.Stream;
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
  /** How far back a replay reaches, in datagrams; whoever carries them out keeps that many. */
  public static final int REPLAY_WINDOW = 64;

  /** The length of a replayed datagram, which only its keeper knows. */
  private static final int UNKNOWN_BYTES = Integer.MAX_VALUE;

  private final PositionalRandom random;
  private ImpairmentSpec spec;
  private long number;
  private long startNs;
  private boolean inBurst;
  private double jitterState;
  private long lastArrivalNs;

  private final Bottleneck bottleneck = new Bottleneck();

  /** Creates a direction; its clock starts with the first datagram. */
  public Impairer(ImpairmentSpec spec, long seed) {
    this.spec = spec;
    this.random = new PositionalRandom(seed);
  }

  /** Changes what is done from the next datagram on. */
  public void reconfigure(ImpairmentSpec changed) {
    spec = changed;
  }

  /** What is done now. */
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
    if (number == 0) {
      startNs = nowNs;
      lastArrivalNs = nowNs;
    }
    number++;
    long delayNs = Math.max(0, spec.delayNs() + jitterNs());
    Drop drop = dropBeforeLink(payloadBytes, nowNs);
    List<Delivery> deliveries = new ArrayList<>(2);
    if (drop == null) {
      drop = carry(Kind.ORIGINAL, number, payloadBytes, nowNs, delayNs, deliveries);
      if (random.happens(spec.duplicate(), Stream.DUPLICATE, number)) {
        carry(Kind.DUPLICATE, number, payloadBytes, nowNs, delayNs, deliveries);
      }
    }
    if (number > 1 && random.happens(spec.replay(), Stream.REPLAY, number)) {
      int back =
          1 + random.below((int) Math.min(number - 1, REPLAY_WINDOW), Stream.REPLAY_WHICH, number);
      carry(Kind.REPLAY, number - back, UNKNOWN_BYTES, nowNs, delayNs, deliveries);
    }
    return new Fate(number, drop, deliveries);
  }

  private @Nullable Drop dropBeforeLink(int payloadBytes, long nowNs) {
    boolean lost = isLost();
    if (spec.blackhole().swallows(nowNs - startNs)) {
      return Drop.BLACKHOLE;
    }
    if (payloadBytes > spec.mtuBytes() - RateLimit.HEADER_BYTES) {
      return Drop.MTU;
    }
    return lost ? Drop.LOSS : null;
  }

  private boolean isLost() {
    LossModel loss = spec.loss();
    if (loss instanceof LossModel.Independent independent) {
      return random.happens(independent.probability(), Stream.LOSS, number);
    } else if (loss instanceof LossModel.GilbertElliott burst) {
      double change = inBurst ? burst.recovery() : burst.failure();
      inBurst ^= random.happens(change, Stream.LOSS, number);
      return inBurst;
    } else if (loss instanceof LossModel.EveryNth every) {
      return number % every.n() == 0;
    } else if (loss instanceof LossModel.DropList list) {
      return list.numbers().contains(number);
    }
    throw new AssertionError(loss);
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

  /** Sends one copy over the link; adds its arrival, unless the queue is full. */
  private @Nullable Drop carry(
      Kind kind,
      long which,
      int payloadBytes,
      long nowNs,
      long delayNs,
      List<Delivery> deliveries) {
    boolean original = kind == Kind.ORIGINAL;
    int linkBytes = payloadBytes == UNKNOWN_BYTES ? 0 : payloadBytes;
    long sentNs = bottleneck.pass(spec.rate(), spec.queue(), linkBytes, startNs, nowNs);
    if (sentNs == Bottleneck.DROPPED) {
      return Drop.QUEUE;
    }
    boolean heldBack = original && random.happens(spec.reorder(), Stream.REORDER, number);
    long arrivalNs = sentNs + delayNs;
    if (heldBack) {
      arrivalNs += spec.reorderHoldNs();
    } else {
      arrivalNs = lastArrivalNs + Math.max(0, arrivalNs - lastArrivalNs);
      lastArrivalNs = arrivalNs;
    }
    int flippedBit = original ? flippedBit(payloadBytes) : -1;
    int keptBytes = original ? keptBytes(payloadBytes) : payloadBytes;
    deliveries.add(new Delivery(kind, which, arrivalNs, flippedBit, keptBytes, heldBack));
    return null;
  }

  private int flippedBit(int payloadBytes) {
    boolean flips = payloadBytes > 0 && random.happens(spec.corrupt(), Stream.CORRUPT, number);
    return flips ? random.below(payloadBytes * Byte.SIZE, Stream.CORRUPT_BIT, number) : -1;
  }

  private int keptBytes(int payloadBytes) {
    boolean cuts = payloadBytes > 0 && random.happens(spec.truncate(), Stream.TRUNCATE, number);
    return cuts ? random.below(payloadBytes, Stream.TRUNCATE_LENGTH, number) : payloadBytes;
  }
}
