package dev.ferry.client;

import dev.ferry.cli.HostPort;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Reports the transfer over one endpoint, and stops the loop at its end. Used from the loop's
 * thread only, except for {@link #isResumable} and {@link #stop}.
 */
final class RunListener implements EngineListener<ClientEvent> {
  private final HostPort server;
  private final ClientEngine engine;
  private final EventLoop loop;
  private final ClientReport report;
  private final boolean lingers;
  private volatile boolean resumable;
  private @Nullable ClientEvent end;
  private long endNs;

  /**
   * Creates a listener.
   *
   * @param lingers whether to drive the engine after the outcome until it has ended
   */
  RunListener(
      HostPort server, ClientEngine engine, EventLoop loop, ClientReport report, boolean lingers) {
    this.server = server;
    this.engine = engine;
    this.loop = loop;
    this.report = report;
    this.lingers = lingers;
  }

  /** {@link ClientEvent.Completed} or {@link ClientEvent.Failed}, once the loop has ended. */
  ClientEvent end() {
    if (end == null) {
      throw new IllegalStateException("the loop ended before the transfer");
    }
    return end;
  }

  /** Whether the same command would resume the transfer. Thread-safe. */
  boolean isResumable() {
    return resumable;
  }

  /** Stops the transfer, and tells the server. Thread-safe. */
  void stop() {
    loop.execute(engine::stop);
  }

  @Override
  public void onEvent(ClientEvent event, long nowNs) {
    if (event instanceof ClientEvent.Connected connected) {
      resumable = connected.mode() == ClientEvent.Mode.FERRY;
      report.connected(server, connected);
    } else {
      end = event;
      endNs = nowNs;
    }
  }

  @Override
  public void beforeWait(long nowNs) {
    report.progress(engine.doneBytes(), nowNs);
    if (end != null && (lingers ? engine.isEnded() : engine.mayLeave(nowNs - endNs))) {
      loop.stop();
    }
  }
}
