package dev.ferry.protocol.lab;

/** An event of a {@link LabReceiver}. */
public sealed interface ReceiverEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    STARTED,
    FINISHED,
    FAILED
  }

  /** The constant of this event's type. */
  Kind kind();

  /** The name of the file, not checked; escape it before printing. */
  String name();

  /** The declared length of the file. */
  long sizeBytes();

  /** The first chunk has arrived, or the start of an empty file. */
  record Started(String name, long sizeBytes) implements ReceiverEvent {
    @Override
    public Kind kind() {
      return Kind.STARTED;
    }
  }

  /**
   * The file is published.
   *
   * @param durationNs from the start message to the publication
   * @param duplicates chunks that arrived again
   */
  record Finished(String name, long sizeBytes, long durationNs, long duplicates, String sha256Hex)
      implements ReceiverEvent {
    @Override
    public Kind kind() {
      return Kind.FINISHED;
    }
  }

  /**
   * The transfer has ended without a publication.
   *
   * @param receivedBytes how much of the content had been stored
   * @param detail what happened, for a log
   */
  record Failed(String name, long sizeBytes, long receivedBytes, Cause cause, String detail)
      implements ReceiverEvent {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }

  /** The kinds of failure. */
  enum Cause {
    /** The start was refused, or the file could not be stored. */
    REFUSED,
    /** Nothing arrived for too long. */
    SILENT,
    /** Too little arrived. */
    TOO_SLOW,
    /** The client began another transfer from the same address. */
    SUPERSEDED,
    /** The client broke the protocol. */
    PROTOCOL_VIOLATION,
    /** The receiver was stopped. */
    STOPPED
  }
}
