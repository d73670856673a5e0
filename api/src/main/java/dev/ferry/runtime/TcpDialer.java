package dev.ferry.runtime;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Connects over TCP to a server that has fallen silent over UDP, beside the loop that still waits
 * for it. Used on the thread of the loop only; what it shares with the thread that connects is
 * guarded by itself.
 */
final class TcpDialer {
  /** How long the server must have been silent. */
  private static final long SILENCE_NS = 6 * Nanos.SECOND;

  private static final long PAUSE_NS = 10 * Nanos.SECOND;
  private static final int CONNECT_TIMEOUT_MS = 10_000;

  private final InetSocketAddress server;
  private final EventLoop loop;
  private boolean dialling;
  private boolean ended;
  private long nextNs = Nanos.NEVER;
  private @Nullable SocketChannel connected;

  TcpDialer(InetSocketAddress server, EventLoop loop) {
    this.server = server;
    this.loop = loop;
  }

  /**
   * Dials if it is time.
   *
   * @param silentNs how long the server has been silent over UDP, in nanoseconds
   * @return whether there is a connection, and UDP is silent still
   */
  synchronized boolean isConnected(long silentNs, long nowNs) {
    if (silentNs < SILENCE_NS) {
      close();
      return false;
    }
    boolean due = nextNs == Nanos.NEVER || Nanos.isDue(nextNs, nowNs);
    if (connected == null && !dialling && due) {
      dialling = true;
      nextNs = Nanos.after(nowNs, PAUSE_NS);
      Thread thread = new Thread(this::dial, "ferry-tcp-dialer");
      thread.setDaemon(true);
      thread.start();
    }
    return connected != null;
  }

  private void dial() {
    SocketChannel channel = null;
    boolean kept = false;
    try {
      channel = SocketChannel.open();
      channel.socket().connect(server, CONNECT_TIMEOUT_MS);
      kept = keep(channel);
    } catch (IOException e) {
      // Tried again after a pause.
    } finally {
      if (!kept) {
        closeQuietly(channel);
      }
      dialled();
    }
  }

  /** Keeps a connection for the loop, which may have ended meanwhile: then it returns false. */
  private synchronized boolean keep(SocketChannel channel) {
    if (!ended) {
      connected = channel;
    }
    return !ended;
  }

  private synchronized void dialled() {
    dialling = false;
    if (!ended) {
      loop.execute(nowNs -> {}); // So that it looks.
    }
  }

  /** Hands over the connection; only if there is one. */
  synchronized SocketChannel take() {
    SocketChannel taken = connected;
    if (taken == null) {
      throw new IllegalStateException("not connected");
    }
    connected = null;
    return taken;
  }

  /** Nobody needs a connection any more. */
  synchronized void end() {
    ended = true;
    close();
  }

  private void close() {
    closeQuietly(connected);
    connected = null;
  }

  /** Closes a channel over which nothing has been sent, if there is one. */
  static void closeQuietly(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing has been sent over it.
    }
  }
}
