package dev.ferry.runtime;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine that is looked at again and again until its transfer is over. What it does and when
 * stays the same: only the driver wakes up more often.
 */
final class SampledEngine implements Engine<ClientEvent> {
  private final Engine<ClientEvent> engine;
  private final long intervalNs;
  private final LongConsumer sampler;
  private long nextNs;
  private long turnNs;

  /**
   * Takes the first sample at once, and the last one at the end of the transfer.
   *
   * @param intervalNs above 0
   * @param sampler is told the time of each sample
   */
  SampledEngine(Engine<ClientEvent> engine, long intervalNs, LongConsumer sampler, long nowNs) {
    this.engine = engine;
    this.intervalNs = intervalNs;
    this.sampler = sampler;
    this.nextNs = nowNs;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    engine.handle(datagram, from, nowNs);
  }

  @Override
  public void onUnreachable(long nowNs) {
    engine.onUnreachable(nowNs);
  }

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    engine.onTooLong(to, bytes, nowNs);
  }

  @Override
  public int largestDatagramBytes() {
    return engine.largestDatagramBytes();
  }

  @Override
  public void onDisconnected(long nowNs) {
    engine.onDisconnected(nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    engine.onTimeout(nowNs);
    turnNs = nowNs;
    if (Nanos.isDue(nextNs, nowNs)) {
      sampler.accept(nowNs);
      long missed = (nowNs - nextNs) / intervalNs;
      nextNs = Nanos.after(nextNs, (missed + 1) * intervalNs);
    }
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return engine.pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(engine.nextTimeout(), nextNs);
  }

  @Override
  public boolean isEnded() {
    return engine.isEnded();
  }

  @Override
  public @Nullable ClientEvent pollEvent() {
    ClientEvent event = engine.pollEvent();
    if (event != null && event.kind() != ClientEvent.Kind.CONNECTED) {
      nextNs = Nanos.NEVER;
      sampler.accept(turnNs);
    }
    return event;
  }
}
