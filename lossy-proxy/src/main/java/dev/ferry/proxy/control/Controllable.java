package dev.ferry.proxy.control;

import dev.ferry.impair.ImpairmentSpec;

/** A proxy, as far as it can be looked at and steered. Called on the proxy's own thread only. */
public interface Controllable {
  /** How it is at the moment. */
  ProxyState state();

  /** Changes what is done to each direction from now on. */
  void reconfigure(ImpairmentSpec up, ImpairmentSpec down);

  /** Holds everything back, or lets it go on. */
  void setPaused(boolean paused);

  /** Drops everything that arrives, or no longer. */
  void setBlackhole(boolean blackhole);

  /** Lets all counters begin at 0 again. */
  void clearCounters();
}
