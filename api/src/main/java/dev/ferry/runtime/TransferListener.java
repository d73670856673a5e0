package dev.ferry.runtime;

import dev.ferry.protocol.client.ClientEvent;

/** Hears how a transfer goes; called on the thread that runs it. */
public interface TransferListener {
  /** Nothing answers over UDP, but there is a TCP connection. */
  void goesOnOverTcp();

  /** The server has answered, and content flows. Can come again, over another transport. */
  void connected(ClientEvent.Connected event);

  /**
   * The transfer is going on; called often, also when nothing has changed.
   *
   * @param doneBytes how much of the file is at the receiver
   */
  void progress(long doneBytes, long nowNs);
}
