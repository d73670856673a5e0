package dev.ferry.protocol.lab;

/** What {@link LabReceiver} reports. */
public sealed interface ReceiverEvent {
  /** The name of the file, not yet checked and not fit to be printed as it is. */
  String name();

  /** The declared length of the file. */
  long sizeBytes();

  /** The first chunk has arrived, or the start of an empty file. */
  record Started(String name, long sizeBytes) implements ReceiverEvent {}

  /**
   * The file is published.
   *
   * @param durationNs from the start message to the publication
   * @param duplicates chunks that arrived again
   */
  record Finished(String name, long sizeBytes, long durationNs, long duplicates, String sha256Hex)
      implements ReceiverEvent {}

  /**
   * The transfer is over and nothing of it was published.
   *
   * @param receivedBytes how much had been stored
   * @param detail what happened, for a log
   */
  record Failed(String name, long sizeBytes, long receivedBytes, Cause cause, String detail)
      implements ReceiverEvent {}

  /** The kinds of failure. */
  enum Cause {
    /** The start was turned down, or the file could not be stored. */
    REFUSED,
    /** Nothing came any more. */
    SILENT,
    /** Too little came to go on waiting. */
    TOO_SLOW,
    /** The client began another transfer from the same address. */
    SUPERSEDED,
    /** The client broke the protocol. */
    PROTOCOL_VIOLATION,
    /** This end was stopped. */
    STOPPED
  }
}
