package dev.ferry.runtime;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Connects over TCP to a server that has fallen silent over UDP, beside the loop that still waits
 * for it. Used on the thread of the loop only.
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
  boolean isConnected(long silentNs, long nowNs) {
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
    try {
      channel = SocketChannel.open();
      channel.socket().connect(server, CONNECT_TIMEOUT_MS);
    } catch (IOException e) {
      closeQuietly(channel);
      channel = null;
    }
    SocketChannel result = channel;
    loop.execute(nowNs -> onResult(result));
  }

  private void onResult(@Nullable SocketChannel result) {
    dialling = false;
    if (ended) {
      closeQuietly(result);
    } else {
      connected = result;
    }
  }

  /** Hands over the connection; only if there is one. */
  SocketChannel take() {
    SocketChannel taken = connected;
    if (taken == null) {
      throw new IllegalStateException("not connected");
    }
    connected = null;
    return taken;
  }

  /** Nobody needs a connection any more. */
  void end() {
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
