package dev.ferry.runtime;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.util.Nanos;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An engine that is looked at again and again, a client's until its transfer is over. What it does
 * and when stays the same: only the driver wakes up more often.
 */
final class SampledEngine<E> extends ForwardingEngine<E> {
  private final long intervalNs;
  private final LongConsumer sampler;
  private final Predicate<E> isEnd;
  private long nextNs;
  private long turnNs;

  /**
   * Takes the first sample at once, and the last one at the end of the transfer.
   *
   * @param intervalNs above 0
   * @param sampler is told the time of each sample
   * @param isEnd whether an event is the last one that matters
   */
  SampledEngine(
      Engine<E> engine, long intervalNs, LongConsumer sampler, Predicate<E> isEnd, long nowNs) {
    super(engine);
    this.intervalNs = intervalNs;
    this.sampler = sampler;
    this.isEnd = isEnd;
    this.nextNs = nowNs;
  }

  @Override
  public void onTimeout(long nowNs) {
    super.onTimeout(nowNs);
    turnNs = nowNs;
    if (Nanos.isDue(nextNs, nowNs)) {
      sampler.accept(nowNs);
      long missed = (nowNs - nextNs) / intervalNs;
      nextNs = Nanos.after(nextNs, (missed + 1) * intervalNs);
    }
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(super.nextTimeout(), nextNs);
  }

  @Override
  public @Nullable E pollEvent() {
    E event = super.pollEvent();
    if (event != null && isEnd.test(event)) {
      nextNs = Nanos.NEVER;
      sampler.accept(turnNs);
    }
    return event;
  }
}
