package dev.ferry.protocol.lab;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;

/** An event of a {@link LabSender}. */
public sealed interface SenderEvent {
  /**
   * The server answered the start.
   *
   * @param datagramBytes the size of the datagrams that carry the file, header included
   * @param ownPeer whether the server is a Ferry server
   */
  record Connected(int datagramBytes, boolean ownPeer) implements SenderEvent {}

  /** The server has acknowledged the whole file. This is the last event. */
  record Completed(TransferStats stats) implements SenderEvent {}

  /** The transfer has failed. This is the last event. */
  record Failed(TransferFailure failure, TransferStats stats) implements SenderEvent {}
}
