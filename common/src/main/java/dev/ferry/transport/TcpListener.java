package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Accepts TCP connections, and serves each with an engine of its own.
 *
 * @param <E> the events of the engines
 */
public final class TcpListener<E> implements Transport {
  /** Makes engines. */
  @FunctionalInterface
  public interface Engines<E> {
    /** Makes an engine for another connection from an address; null if there are too many. */
    @Nullable Engine<E> open(InetAddress client, long nowNs);
  }

  /** The pause after an error, such as too many open files, in which other connections may end. */
  private static final long PAUSE_NS = 100 * Nanos.MILLISECOND;

  private final ServerSocketChannel channel;
  private final EventLoop loop;
  private final Engines<E> engines;
  private final EngineListener<E> listener;
  private final ByteBudget budget;
  private final TcpBuffers buffers = new TcpBuffers();
  private @Nullable SelectionKey key;
  private long resumeNs = Nanos.NEVER;

  /**
   * Creates a listener.
   *
   * @param channel bound; becomes non-blocking
   * @param loop drives the connections
   * @param listener gets the events of all engines
   * @param budget for what all connections together hold
   * @throws IOException if the channel is closed
   */
  public TcpListener(
      ServerSocketChannel channel,
      EventLoop loop,
      Engines<E> engines,
      EngineListener<E> listener,
      ByteBudget budget)
      throws IOException {
    this.channel = channel;
    this.loop = loop;
    this.engines = engines;
    this.listener = listener;
    this.budget = budget;
    channel.configureBlocking(false);
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public void joined(SelectionKey newKey) {
    key = newKey.interestOps(SelectionKey.OP_ACCEPT);
  }

  @Override
  public boolean isClosed() {
    return false;
  }

  @Override
  public void onReady(NanoClock clock, long toldNs) throws IOException {
    long nowNs = clock.nanoTime();
    try {
      for (SocketChannel next = channel.accept(); next != null; next = channel.accept()) {
        serve(next, nowNs);
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      resumeNs = Nanos.after(nowNs, PAUSE_NS);
      setInterest(0);
    }
  }

  private void serve(SocketChannel accepted, long nowNs) throws IOException {
    if (!(accepted.getRemoteAddress() instanceof InetSocketAddress client)) {
      accepted.close(); // It has ended already.
      return;
    }
    Engine<E> engine = engines.open(client.getAddress(), nowNs);
    if (engine == null) {
      accepted.close();
      return;
    }
    try {
      loop.add(TcpTransport.ofServer(accepted, engine, listener, buffers, budget));
    } catch (IOException e) {
      engine.onDisconnected(nowNs);
      accepted.close();
    }
  }

  @Override
  public void turn(long nowNs) {
    if (Nanos.isDue(resumeNs, nowNs)) {
      resumeNs = Nanos.NEVER;
      setInterest(SelectionKey.OP_ACCEPT);
    }
  }

  private void setInterest(int operations) {
    if (key != null) {
      key.interestOps(operations);
    }
  }

  @Override
  public long nextTimeout() {
    return resumeNs;
  }
}
