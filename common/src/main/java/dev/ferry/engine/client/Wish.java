package dev.ferry.engine.client;

import dev.ferry.engine.windowed.Outbox;
import dev.ferry.engine.windowed.Transfer;

/** What a client wants of a server in Ferry mode. */
@FunctionalInterface
public interface Wish {
  /**
   * Begins the transfer ({@link dev.ferry.engine.windowed.FileSender#put}, {@link
   * dev.ferry.engine.windowed.FileReceiver#get}).
   *
   * @param outbox the connection's
   * @param datagramBytes the length of the largest packet at the beginning
   */
  Transfer begin(Outbox outbox, int datagramBytes, long nowNs);
}
