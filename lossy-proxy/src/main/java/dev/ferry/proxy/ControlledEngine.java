package dev.ferry.proxy;

import dev.ferry.clock.NanoClock;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.proxy.control.Controllable;
import dev.ferry.proxy.control.ProxyState;
import dev.ferry.proxy.control.ProxyState.DirectionState;
import dev.ferry.proxy.core.Counters;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.ProxyEngine;
import org.jspecify.annotations.Nullable;

/** The engine, as the HTTP API steers it. */
final class ControlledEngine implements Controllable {
  private final ProxyEngine engine;
  private final String listening;
  private final String server;
  private final long seed;
  private final SourceAddresses sources;
  private final NanoClock clock;
  private final long startNs;

  ControlledEngine(
      ProxyEngine engine,
      String listening,
      String server,
      long seed,
      SourceAddresses sources,
      NanoClock clock) {
    this.engine = engine;
    this.listening = listening;
    this.server = server;
    this.seed = seed;
    this.sources = sources;
    this.clock = clock;
    this.startNs = clock.nanoTime();
  }

  @Override
  public ProxyState state() {
    return new ProxyState(
        listening,
        server,
        seed,
        clock.nanoTime() - startNs,
        engine.isPaused(),
        engine.isBlackhole(),
        engine.flowCount(),
        engine.heldDatagrams(),
        stateOf(Direction.UP),
        stateOf(Direction.DOWN));
  }

  private DirectionState stateOf(Direction direction) {
    Counters counters = engine.counters(direction);
    return new DirectionState(
        engine.spec(direction),
        counters.received(),
        counters.receivedBytes(),
        counters.sent(),
        counters.dropped(),
        counters.impaired());
  }

  @Override
  public @Nullable String objection(ImpairmentSpec up, ImpairmentSpec down) {
    return sources.objection(up);
  }

  @Override
  public void reconfigure(ImpairmentSpec up, ImpairmentSpec down) {
    engine.reconfigure(up, down);
  }

  @Override
  public void setPaused(boolean paused) {
    engine.setPaused(paused);
  }

  @Override
  public void setBlackhole(boolean blackhole) {
    engine.setBlackhole(blackhole);
  }

  @Override
  public void clearCounters() {
    engine.counters(Direction.UP).clear();
    engine.counters(Direction.DOWN).clear();
  }
}
