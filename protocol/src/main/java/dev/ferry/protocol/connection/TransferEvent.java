package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import org.jspecify.annotations.Nullable;

/** What a connection of Ferry mode reports of a file. */
public sealed interface TransferEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    STARTED,
    FINISHED,
    FAILED
  }

  /** The constant of this event's type. */
  Kind kind();

  /** The number of the file in its connection. */
  int file();

  /** What the client wants. */
  Operation operation();

  /** The name on the server; not yet checked on its side, and not fit to be printed as it is. */
  String name();

  /** The size of the file, in bytes. */
  long sizeBytes();

  /**
   * The two ends agree, and content flows.
   *
   * @param resumedBytes how much of it the receiver had already
   */
  record Started(int file, Operation operation, String name, long sizeBytes, long resumedBytes)
      implements TransferEvent {
    @Override
    public Kind kind() {
      return Kind.STARTED;
    }
  }

  /**
   * The file is durable and visible at the receiver.
   *
   * @param resumedBytes how much of it the receiver had from the beginning, and was as it should be
   * @param sha256Hex its digest, 64 lower-case hexadecimal digits; null if the sums of its blocks
   *     vouch for it alone
   * @param connection how the connection is then, which tells what has limited it
   */
  record Finished(
      int file,
      Operation operation,
      String name,
      long sizeBytes,
      long resumedBytes,
      @Nullable String sha256Hex,
      TransferStats stats,
      ConnectionSnapshot connection)
      implements TransferEvent {
    @Override
    public Kind kind() {
      return Kind.FINISHED;
    }
  }

  /** The transfer is over, and nothing was published as far as this end knows. */
  record Failed(
      int file,
      Operation operation,
      String name,
      long sizeBytes,
      TransferFailure failure,
      TransferStats stats)
      implements TransferEvent {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }
}
