package dev.ferry.protocol.client;

import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.transfer.Transfer;

/** What a client wants of a server in Ferry mode. */
@FunctionalInterface
public interface ClientTransferFactory {
  /**
   * Begins the transfer ({@link dev.ferry.protocol.transfer.FileSender#put}, {@link
   * dev.ferry.protocol.transfer.FileReceiver#get}).
   *
   * @param outbox the connection's
   * @param datagramBytes the length of the largest packet at the beginning
   */
  Transfer begin(ControlFrameQueue outbox, int datagramBytes, long nowNs);
}
