package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.util.Nanos;

/** An engine on a busy machine: its timers come too late. */
final class Late<E> extends ForwardingEngine<E> {
  private final long lateNs;
  private long wakeNs = Nanos.NEVER;
  private long wantedNs = Nanos.NEVER;

  /**
   * Stands before an engine.
   *
   * @param lateNs by how much each of its timers is late
   */
  Late(Engine<E> engine, long lateNs) {
    super(engine);
    this.lateNs = lateNs;
  }

  @Override
  public void onTimeout(long nowNs) {
    if (Nanos.isDue(nextTimeout(), nowNs)) {
      super.onTimeout(nowNs);
    }
  }

  @Override
  public long nextTimeout() {
    long nextNs = super.nextTimeout();
    if (nextNs != wantedNs) {
      wantedNs = nextNs;
      wakeNs = nextNs == Nanos.NEVER ? Nanos.NEVER : Nanos.after(nextNs, lateNs);
    }
    return wakeNs;
  }
}
