package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Reports the transfer over one endpoint, and stops the loop at its end. Used from the loop's
 * thread only, except for {@link #isResumable}, {@link #stop} and {@link #giveUp}.
 */
final class RunListener implements EngineListener<ClientEvent> {
  private static final TransferStats NOTHING = new TransferStats(0, 0, 0, 0, -1);

  private final ClientEngine engine;
  private final EventLoop loop;
  private final TransferListener listener;
  private final @Nullable HostProbe probe;
  private final boolean lingers;
  private HostFacts host = HostFacts.UNKNOWN;
  private volatile boolean resumable;
  private @Nullable ClientEvent end;
  private long endNs;

  /**
   * Creates a listener.
   *
   * @param probe looks at the machine; null if nobody wants to know
   * @param lingers whether to drive the engine after the outcome until it has ended
   */
  RunListener(
      ClientEngine engine,
      EventLoop loop,
      TransferListener listener,
      @Nullable HostProbe probe,
      boolean lingers) {
    this.probe = probe;
    this.engine = engine;
    this.loop = loop;
    this.listener = listener;
    this.lingers = lingers;
  }

  /** {@link ClientEvent.Completed} or {@link ClientEvent.Failed}, once the loop has ended. */
  ClientEvent end() {
    if (end == null) {
      throw new IllegalStateException("the loop ended before the transfer");
    }
    return end;
  }

  /** What the machine has to do with it, once the loop has ended. */
  HostFacts host() {
    return host;
  }

  /** Whether the same transfer, begun again, would be resumed. Thread-safe. */
  boolean isResumable() {
    return resumable;
  }

  /** Stops the transfer, and tells the server. Thread-safe. */
  void stop() {
    loop.execute(engine::stop);
  }

  /** Stops the loop at once, without a wait for the server. Thread-safe. */
  void giveUp() {
    loop.execute(
        nowNs -> {
          engine.stop(nowNs);
          if (end == null) {
            end = new ClientEvent.Failed(new TransferFailure.Stopped(), NOTHING);
          }
          loop.stop();
        });
  }

  @Override
  public void onEvent(ClientEvent event, long nowNs) {
    switch (event.kind()) {
      case CONNECTED -> connected((ClientEvent.Connected) event);
      case COMPLETED, FAILED -> {
        end = event;
        endNs = nowNs;
        host = probe == null ? HostFacts.UNKNOWN : probe.facts(nowNs);
      }
    }
  }

  private void connected(ClientEvent.Connected event) {
    resumable = event.mode() == ClientEvent.Mode.FERRY;
    listener.connected(event);
  }

  @Override
  public void beforeWait(long nowNs) {
    listener.progress(engine.doneBytes(), nowNs);
    if (end != null && (lingers ? engine.isEnded() : engine.mayLeave(nowNs - endNs))) {
      loop.stop();
    }
  }
}
