package dev.ferry.protocol.lab;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;

/** What {@link LabSender} reports. */
public sealed interface SenderEvent {
  /**
   * The server answered the start.
   *
   * @param datagramBytes the size of the datagrams that carry the file, header included
   * @param ownPeer whether the server is one of ours
   */
  record Connected(int datagramBytes, boolean ownPeer) implements SenderEvent {}

  /** The server has acknowledged the whole file. Nothing follows. */
  record Completed(TransferStats stats) implements SenderEvent {}

  /** The transfer ended otherwise. Nothing follows. */
  record Failed(TransferFailure failure, TransferStats stats) implements SenderEvent {}
}
