package dev.ferry.runtime;

import dev.ferry.protocol.client.ClientEvent;

/** Is told about a transfer, on the thread that runs it. */
public interface TransferListener {
  /** The transfer goes on over TCP, because nothing answers over UDP. */
  void goesOnOverTcp();

  /** The server has no room at the moment, and has said when to ask again. May be called again. */
  void busy();

  /** The server has answered, and content flows. May be called again for another transport. */
  void connected(ClientEvent.Connected event);

  /**
   * The transfer makes progress. Called often, even without a change.
   *
   * @param doneBytes the bytes of the file that have reached the receiver
   */
  void progress(long doneBytes, long nowNs);
}
