package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * A channel and what it serves: one engine, or the connections of a listener. Only the thread of
 * its {@link EventLoop} calls it.
 */
public interface Transport {
  /** The channel, which is non-blocking. */
  SelectableChannel channel();

  /**
   * Takes the key of the loop that the transport was added to.
   *
   * @param key its {@link SelectionKey#interestOps} are still 0
   */
  void joined(SelectionKey key);

  /**
   * Handles the readiness of the channel: receives, and answers. {@link #turn} comes next, and does
   * the rest. What is known to have arrived some time ago is handled as of then, but not as of
   * before what has been told already: time never goes back.
   *
   * @param toldNs the latest time that any transport of the loop may have told its engine
   * @throws IOException if the whole loop has to end
   */
  void onReady(NanoClock clock, long toldNs) throws IOException;

  /**
   * Acts on due timers, sends, and reports events. Called before each wait, after {@link #onReady}
   * if the channel was ready.
   *
   * @throws IOException if the whole loop has to end
   */
  void turn(long nowNs) throws IOException;

  /**
   * When {@link #turn} is to be called at the latest; {@link dev.ferry.protocol.util.Nanos#NEVER}
   * if not at all.
   */
  long nextTimeout();

  /** Whether the loop can remove the transport. */
  boolean isClosed();
}
