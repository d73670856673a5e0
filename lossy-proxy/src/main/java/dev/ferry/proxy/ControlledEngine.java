package dev.ferry.proxy;

import dev.ferry.impair.Fate.Drop;
import dev.ferry.impair.ImpairmentSpec;
import dev.ferry.proxy.control.Controllable;
import dev.ferry.proxy.control.ProxyState;
import dev.ferry.proxy.control.ProxyState.Way;
import dev.ferry.time.NanoClock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine as it is seen by whoever steers it. */
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
        way(Direction.UP),
        way(Direction.DOWN));
  }

  private Way way(Direction direction) {
    Counters counters = engine.counters(direction);
    Map<String, Long> dropped = new LinkedHashMap<>();
    for (Drop reason : Drop.values()) {
      dropped.put(reason.name().toLowerCase(Locale.ROOT), counters.dropped(reason));
    }
    dropped.put("overflow", counters.overflowed());
    Map<String, Long> impaired = new LinkedHashMap<>();
    impaired.put("duplicated", counters.duplicated());
    impaired.put("replayed", counters.replayed());
    impaired.put("reordered", counters.reordered());
    impaired.put("corrupted", counters.corrupted());
    impaired.put("truncated", counters.truncated());
    return new Way(
        engine.spec(direction),
        counters.received(),
        counters.receivedBytes(),
        counters.sent(),
        dropped,
        impaired);
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
