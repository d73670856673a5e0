package dev.ferry.protocol.connection;

import dev.ferry.protocol.transfer.Transfer;
import dev.ferry.protocol.wire.frame.Frame.Open;

/** What a server does when a client asks for a transfer. */
@FunctionalInterface
public interface ServerTransferFactory {
  /**
   * Begins the transfer, or turns it down ({@link dev.ferry.protocol.transfer.FileReceiver#put},
   * {@link dev.ferry.protocol.transfer.FileSender#get}).
   *
   * @param open not yet checked
   * @param outbox the connection's
   */
  Transfer accept(Open open, ControlFrameQueue outbox, long nowNs);
}
