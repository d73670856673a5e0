package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.wire.frame.Frame.Operation;

/** What a connection of Ferry mode reports of its transfer. */
public sealed interface TransferEvent {
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
  record Started(Operation operation, String name, long sizeBytes, long resumedBytes)
      implements TransferEvent {}

  /**
   * The file is durable and visible at the receiver.
   *
   * @param sha256Hex its digest, 64 lower-case hexadecimal digits
   */
  record Finished(
      Operation operation, String name, long sizeBytes, String sha256Hex, TransferStats stats)
      implements TransferEvent {}

  /** The transfer is over, and nothing was published as far as this end knows. */
  record Failed(
      Operation operation,
      String name,
      long sizeBytes,
      TransferFailure failure,
      TransferStats stats)
      implements TransferEvent {}
}
