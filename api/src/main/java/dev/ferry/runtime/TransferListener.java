package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;

/** Is told about a transfer, on the thread that runs it. */
public interface TransferListener {
  /** For a transfer that nobody watches. */
  TransferListener NOBODY =
      new TransferListener() {
        @Override
        public void goesOnOverTcp() {}

        @Override
        public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {}

        @Override
        public void connected(ClientEvent.Connected event) {}

        @Override
        public void progress(long doneBytes, long nowNs) {}
      };

  /** The transfer goes on over TCP, because nothing answers over UDP. May be called again. */
  void goesOnOverTcp();

  /**
   * The transfer broke off, and goes on by another connection after a pause, in which {@link
   * #progress} is called as well. Called before each of them.
   *
   * @param failure what ended the last connection
   * @param withoutProgressNs for how long there has been no progress, in nanoseconds
   * @param pauseNs how long the pause is at the most, in nanoseconds
   */
  void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs);

  /** The server has answered, and content flows. May be called again for another connection. */
  void connected(ClientEvent.Connected event);

  /**
   * The transfer makes progress. Called often, even without a change.
   *
   * @param doneBytes the bytes of the file that have reached the receiver
   */
  void progress(long doneBytes, long nowNs);
}
