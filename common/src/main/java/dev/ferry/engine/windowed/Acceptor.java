package dev.ferry.engine.windowed;

import dev.ferry.wire.ferry.Frame.Open;

/** What a server does when a client asks for a transfer. */
@FunctionalInterface
public interface Acceptor {
  /**
   * Begins the transfer, or turns it down ({@link FileReceiver#put}, {@link FileSender#get}).
   *
   * @param open not yet checked
   * @param outbox the connection's
   */
  Transfer accept(Open open, Outbox outbox, long nowNs);
}
