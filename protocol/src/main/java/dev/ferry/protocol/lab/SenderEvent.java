package dev.ferry.protocol.lab;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;

/** An event of a {@link LabSender}. */
public sealed interface SenderEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    CONNECTED,
    COMPLETED,
    FAILED
  }

  /** The constant of this event's type. */
  Kind kind();

  /**
   * The server answered the start.
   *
   * @param datagramBytes the size of the datagrams that carry the file, header included
   * @param ownPeer whether the server is a Ferry server
   */
  record Connected(int datagramBytes, boolean ownPeer) implements SenderEvent {
    @Override
    public Kind kind() {
      return Kind.CONNECTED;
    }
  }

  /** The server has acknowledged the whole file. This is the last event. */
  record Completed(TransferStats stats) implements SenderEvent {
    @Override
    public Kind kind() {
      return Kind.COMPLETED;
    }
  }

  /** The transfer has failed. This is the last event. */
  record Failed(TransferFailure failure, TransferStats stats) implements SenderEvent {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }
}
