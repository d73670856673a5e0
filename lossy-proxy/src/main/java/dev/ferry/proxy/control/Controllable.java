package dev.ferry.proxy.control;

import dev.ferry.netsim.ImpairmentSpec;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as the HTTP API sees it. Called on the proxy's own thread only, unless stated otherwise.
 */
public interface Controllable {
  /** The present state. */
  ProxyState state();

  /**
   * Why these impairments are not possible here, or null if they are; may be called on any thread.
   */
  @Nullable String objection(ImpairmentSpec up, ImpairmentSpec down);

  /** Changes what is done to each direction from now on. */
  void reconfigure(ImpairmentSpec up, ImpairmentSpec down);

  /** Holds everything back, or lets it go on. */
  void setPaused(boolean paused);

  /** Drops everything that arrives, or no longer. */
  void setBlackhole(boolean blackhole);

  /** Lets all counters begin at 0 again. */
  void clearCounters();
}
