package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import java.nio.channels.SocketChannel;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the transfer over one endpoint, and stops the loop at its end. Used from the loop's
 * thread only, except for {@link #isResumable}, {@link #stop} and {@link #giveUp}.
 */
final class RunListener implements EngineListener<ClientEvent> {
  /** From here on longer datagrams than Ethernet's may be worth while. */
  private static final long LONG_TRANSFER_BYTES = 8 << 20;

  /** Smaller files are a long transfer, too, if they take so long. */
  private static final long LONG_TRANSFER_NS = 500 * Nanos.MILLISECOND;

  private static final ClientEvent STOPPED =
      new ClientEvent.Failed(new TransferFailure.Stopped(), TransferStats.NOTHING);

  private final ClientEngine engine;
  private final EventLoop loop;
  private final TransferListener listener;
  private final @Nullable HostProbe probe;
  private final @Nullable IntSupplier datagramLimit;
  private final boolean lingers;
  private final Continuation continuation;
  private final long beforeBytes;
  private final OtherWay otherWay;
  private @Nullable SocketChannel switchTo;
  private boolean over;
  private boolean left;
  private boolean connected;
  private @Nullable LongConsumer whenSilent;
  private @Nullable Runnable whenLong;

  /** When the transfer becomes a long one. */
  private long longNs = Nanos.NEVER;

  private HostFacts host = HostFacts.UNKNOWN;
  private volatile boolean resumable;
  private @Nullable ClientEvent end;
  private long endNs;

  /**
   * Creates a listener.
   *
   * @param probe looks at the machine; null if nobody wants to know
   * @param continuation is told of agreement and progress
   * @param beforeBytes how much of the file connections before this one have brought to the
   *     receiver
   * @param otherWay is looked for if the server falls silent
   * @param datagramLimit the longest datagram that the host sends in one piece; null over TCP
   * @param lingers whether to drive the engine after the outcome until it has ended
   */
  RunListener(
      ClientEngine engine,
      EventLoop loop,
      TransferListener listener,
      @Nullable HostProbe probe,
      Continuation continuation,
      long beforeBytes,
      OtherWay otherWay,
      @Nullable IntSupplier datagramLimit,
      boolean lingers) {
    this.continuation = continuation;
    this.beforeBytes = beforeBytes;
    this.otherWay = otherWay;
    this.probe = probe;
    this.datagramLimit = datagramLimit;
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

  /** Says what to do, again and again, while the server is silent. */
  void whenSilent(LongConsumer action) {
    whenSilent = action;
  }

  /** Says what to do once if the transfer turns out to be a long one in Ferry mode. */
  void whenLong(Runnable action) {
    whenLong = action;
  }

  /** A connection before this one can be resumed. */
  void resumes() {
    resumable = true;
  }

  /** Stops the transfer, and tells the server. Thread-safe. */
  void stop() {
    loop.execute(
        nowNs -> {
          if (!over) {
            engine.stop(nowNs);
          }
        });
  }

  /** The loop has ended, and may run again for somebody else. */
  void leave() {
    over = true;
    otherWay.end();
  }

  /** Whether the connection was left before its end, for another way. */
  boolean isLeft() {
    return left;
  }

  /** The connection over which the transfer is to go on; null if there is none. */
  @Nullable SocketChannel switchTo() {
    return switchTo;
  }

  /** Stops the loop at once, without a wait for the server. Thread-safe. */
  void giveUp() {
    loop.execute(
        nowNs -> {
          if (over) {
            return;
          }
          engine.stop(nowNs);
          if (end == null) {
            end = STOPPED;
          }
          loop.stop();
        });
  }

  @Override
  public void onEvent(ClientEvent event, long nowNs) {
    switch (event.kind()) {
      case CONNECTED -> connected((ClientEvent.Connected) event, nowNs);
      case COMPLETED, FAILED -> {
        end = event;
        endNs = nowNs;
        host = probe == null ? HostFacts.UNKNOWN : probe.facts(nowNs);
      }
    }
  }

  private void connected(ClientEvent.Connected event, long nowNs) {
    connected = true;
    resumable = event.mode() == ClientEvent.Mode.FERRY;
    if (resumable) {
      continuation.agreed(event.resumedBytes(), nowNs);
    }
    if (resumable) {
      boolean large = event.sizeBytes() >= LONG_TRANSFER_BYTES;
      longNs = large ? nowNs : Nanos.after(nowNs, LONG_TRANSFER_NS);
      // To ask for it takes a millisecond or two: no short transfer waits for that.
      if (large && datagramLimit != null) {
        engine.limitDatagrams(datagramLimit.getAsInt(), nowNs);
      }
    }
    listener.connected(event);
  }

  @Override
  public void beforeWait(long nowNs) {
    listener.progress(doneBytes(), nowNs);
    continuation.done(engine.doneBytes(), nowNs);
    if (whenSilent != null && engine.silentNs(nowNs) > 0) {
      whenSilent.accept(nowNs);
    }
    if (whenLong != null && end == null && Nanos.isDue(longNs, nowNs)) {
      whenLong.run();
      whenLong = null;
    }
    lookForAnotherWay(nowNs);
    if (end != null && (lingers ? engine.isEnded() : engine.mayLeave(nowNs - endNs))) {
      loop.stop();
    }
  }

  /** The transfer is left to another connection if there is a way, and the server still silent. */
  private void lookForAnotherWay(long nowNs) {
    if (end != null
        || left
        || !continuation.isPossible()
        || !otherWay.isFound(engine.silentNs(nowNs), nowNs)) {
      return;
    }
    left = true;
    switchTo = otherWay.take();
    engine.stop(nowNs);
    if (datagramLimit == null) {
      // A stream on which nothing arrives carries no close, either.
      end = STOPPED;
      loop.stop();
    }
  }

  /** How much of the file is at the receiver; as before, until this connection knows better. */
  long doneBytes() {
    return connected ? engine.doneBytes() : beforeBytes;
  }
}
