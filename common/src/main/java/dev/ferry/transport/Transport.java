package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** A channel and what is driven over it; only called by the thread of its {@link EventLoop}. */
public interface Transport {
  /** The channel, which does not block. */
  SelectableChannel channel();

  /**
   * It has joined a loop.
   *
   * @param key what to set {@link SelectionKey#interestOps} of; of no interest so far
   */
  void joined(SelectionKey key);

  /**
   * The channel has become ready for what its key is interested in: takes what has come, and
   * answers. What else follows is done by {@link #turn}, which comes next.
   *
   * @throws IOException if this ends the whole loop
   */
  void onReady(NanoClock clock) throws IOException;

  /**
   * Does what is due, sends and reports: before each wait, after {@link #onReady} if that is called.
   *
   * @throws IOException if this ends the whole loop
   */
  void turn(long nowNs) throws IOException;

  /** When {@link #turn} is to be called at the latest. */
  long nextTimeout();

  /** Whether the loop can forget it. */
  boolean isClosed();
}
