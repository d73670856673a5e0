package dev.ferry.runtime;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for another way to a server that has fallen silent, beside the loop that still waits for
 * it: where the server's name leads by now, from which address this machine would send, and whether
 * there is a connection over TCP. Used on the thread of the loop only; what it shares with the
 * thread that looks is guarded by itself.
 */
final class OtherWay {
  private static final long PAUSE_NS = 3 * Nanos.SECOND;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  /** A stream over which nothing came for so long before is merely slow. */
  private static final int LONGEST_SILENCES = 4;

  /**
   * How long the server must have been silent.
   *
   * @param lookNs until something else is looked for, in nanoseconds
   * @param leaveNs until a connection over TCP is taken instead; if the server is known to be
   *     elsewhere, {@code lookNs} will do
   */
  record Silence(long lookNs, long leaveNs) {
    /** Over datagrams a silent server has been asked again, and has had the time to answer. */
    static final Silence OF_DATAGRAMS = new Silence(Nanos.SECOND, 2500 * Nanos.MILLISECOND);

    /** What is late on a stream comes all the same, and the system repeats it. */
    static final Silence OF_STREAM = new Silence(3 * Nanos.SECOND, 10 * Nanos.SECOND);
  }

  private final InetSocketAddress server;
  private final @Nullable InetAddress local;
  private final ServerLookup lookup;
  private final boolean dials;
  private final Silence silence;
  private final EventLoop loop;
  private boolean looking;
  private boolean ended;
  private boolean isElsewhere;
  private long nextNs = Nanos.NEVER;
  private long silentNs;
  private long longestSilenceNs;
  private @Nullable SocketChannel connected;

  /**
   * Looks for nothing yet.
   *
   * @param local the address of this machine that the connection in use has for good; null if it
   *     follows the machine
   * @param dials whether TCP will do
   */
  OtherWay(
      InetSocketAddress server,
      @Nullable InetAddress local,
      ServerLookup lookup,
      boolean dials,
      Silence silence,
      EventLoop loop) {
    this.server = server;
    this.local = local;
    this.lookup = lookup;
    this.dials = dials;
    this.silence = silence;
    this.loop = loop;
  }

  /**
   * Looks if it is time.
   *
   * @param nowSilentNs how long the server has been silent, in nanoseconds
   * @return whether the connection in use is to be left
   */
  synchronized boolean isFound(long nowSilentNs, long nowNs) {
    if (nowSilentNs < silentNs) {
      longestSilenceNs = Math.max(longestSilenceNs, silentNs);
    }
    silentNs = nowSilentNs;
    if (nowSilentNs < silence.lookNs()) {
      forget();
      return false;
    }
    boolean due = nextNs == Nanos.NEVER || Nanos.isDue(nextNs, nowNs);
    if (connected == null && !isElsewhere && !looking && due) {
      looking = true;
      nextNs = Nanos.after(nowNs, PAUSE_NS);
      Thread thread = new Thread(this::look, "ferry-other-way");
      thread.setDaemon(true);
      thread.start();
    }
    return isElsewhere || (connected != null && nowSilentNs >= leaveNs());
  }

  private long leaveNs() {
    return Math.max(silence.leaveNs(), LONGEST_SILENCES * longestSilenceNs);
  }

  private void look() {
    SocketChannel channel = null;
    boolean kept = false;
    try {
      List<InetSocketAddress> addresses = lookup.now();
      if (!addresses.contains(server) || isCutOff()) {
        leave();
      } else if (dials) {
        channel = dial(ServerLookup.first(addresses, server));
        kept = keep(channel);
      }
    } finally {
      if (!kept) {
        closeQuietly(channel);
      }
      looked();
    }
  }

  /** Whether this machine would send from another address by now, so that no answer arrives. */
  private boolean isCutOff() {
    return local != null
        && SourceAddress.to(server).map(address -> !address.equals(local)).orElse(false);
  }

  private static @Nullable SocketChannel dial(List<InetSocketAddress> addresses) {
    for (InetSocketAddress address : addresses) {
      SocketChannel channel = null;
      try {
        channel = SocketChannel.open();
        channel.socket().connect(address, CONNECT_TIMEOUT_MS);
        return channel;
      } catch (IOException e) {
        closeQuietly(channel); // Tried again after a pause.
      }
    }
    return null;
  }

  private synchronized void leave() {
    isElsewhere = true;
  }

  /** Keeps a connection for the loop, which may have ended meanwhile: then it returns false. */
  private synchronized boolean keep(@Nullable SocketChannel channel) {
    if (!ended) {
      connected = channel;
    }
    return !ended;
  }

  private synchronized void looked() {
    looking = false;
    if (!ended) {
      loop.execute(nowNs -> {}); // So that it looks.
    }
  }

  /**
   * Hands over the connection over TCP by which to go on; null if the server has to be searched for
   * first. Only if something has been found.
   */
  synchronized @Nullable SocketChannel take() {
    SocketChannel taken = isElsewhere ? null : connected;
    if (taken != null) {
      connected = null;
    }
    return taken;
  }

  /** Nobody needs another way any more. */
  synchronized void end() {
    ended = true;
    forget();
  }

  private void forget() {
    closeQuietly(connected);
    connected = null;
    isElsewhere = false;
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
