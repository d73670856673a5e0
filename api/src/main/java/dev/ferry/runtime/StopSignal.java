package dev.ferry.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The wish of another thread that a transfer ends, wherever it is at the moment. Thread-safe. */
final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean givenUp;
  private volatile @Nullable RunListener current;
  private volatile @Nullable SocketChannel connecting;

  /** The connection that is stopped from now on, which may be at once; null before the first. */
  void stops(RunListener run) {
    current = run;
    if (isStopped()) {
      run.stop();
    }
    if (givenUp) {
      run.giveUp();
    }
  }

  /** The connection that runs, or has run last. */
  @Nullable RunListener current() {
    return current;
  }

  /**
   * Stops the transfer, and tells the server.
   *
   * @return whether there is, or was, a connection
   */
  boolean stop() {
    stopped.countDown();
    RunListener run = current;
    if (run == null) {
      return false;
    }
    run.stop();
    return true;
  }

  /** Ends the transfer at once, without a wait for the server. */
  void giveUp() {
    givenUp = true;
    stopped.countDown();
    RunListener run = current;
    if (run != null) {
      run.giveUp();
    }
    SocketChannel channel = connecting;
    if (channel != null) {
      OtherWay.closeQuietly(channel);
    }
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  /** Waits; returns false if the transfer is stopped meanwhile, or the thread interrupted. */
  boolean pause(long pauseNs) {
    try {
      return !stopped.await(pauseNs, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Connects; fails as soon as {@link #giveUp} closes the channel. */
  void connect(SocketChannel channel, InetSocketAddress server, int timeoutMs) throws IOException {
    connecting = channel;
    try {
      if (givenUp) {
        throw new ClosedChannelException();
      }
      channel.socket().connect(server, timeoutMs);
    } finally {
      connecting = null;
    }
  }
}
