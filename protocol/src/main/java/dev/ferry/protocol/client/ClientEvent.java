package dev.ferry.protocol.client;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import org.jspecify.annotations.Nullable;

/** What a client reports, whatever the mode. */
public sealed interface ClientEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    CONNECTED,
    COMPLETED,
    FAILED
  }

  /** The constant of this event's type. */
  Kind kind();

  /** What the server turned out to be. */
  enum Mode {
    /** Any server of the lab. */
    LAB,
    /** One of ours, by stop and wait. */
    STOP_AND_WAIT,
    /** One of ours, in Ferry mode. */
    FERRY
  }

  /**
   * The server answered, and content flows.
   *
   * @param datagramBytes the size of the datagrams that carry the file, header included
   * @param sizeBytes the size of the file
   * @param resumedBytes how much of it the receiver seems to have already
   */
  record Connected(Mode mode, int datagramBytes, long sizeBytes, long resumedBytes)
      implements ClientEvent {
    @Override
    public Kind kind() {
      return Kind.CONNECTED;
    }
  }

  /**
   * The file is durable and visible at the receiver. Nothing follows.
   *
   * @param resumedBytes how much of it the receiver had before, and was as it should be
   * @param sha256Hex its digest, which only Ferry mode knows
   * @param connection how the connection is then; null without one, in lab mode
   */
  record Completed(
      TransferStats stats,
      long resumedBytes,
      @Nullable String sha256Hex,
      @Nullable ConnectionSnapshot connection)
      implements ClientEvent {
    @Override
    public Kind kind() {
      return Kind.COMPLETED;
    }
  }

  /** The transfer ended otherwise. Nothing follows. */
  record Failed(TransferFailure failure, TransferStats stats) implements ClientEvent {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }
}
