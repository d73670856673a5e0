package dev.ferry.proxy.control;

import dev.ferry.netsim.ImpairmentSpec;
import org.jspecify.annotations.Nullable;

/**
 * A proxy, as far as it can be looked at and steered. Called on the proxy's own thread only, unless
 * stated otherwise.
 */
public interface Controllable {
  /** How it is at the moment. */
  ProxyState state();

  /**
   * Why these cannot be done to the directions here, or null if they can; may be called on any
   * thread.
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
