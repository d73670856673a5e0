package dev.ferry.protocol.connection;

/** What a {@link Connection} waits for; each timer runs only in some of its states. */
enum Timer {
  /** A packet is lost by now, or probes are to be sent (RFC 9002, section 6). */
  LOSS_DETECTION(Purpose.SEND),
  /** An acknowledgement must not wait any longer (protocol.md, section 12). */
  ACK_DELAY(Purpose.SEND),
  /** The pacer lets the next packet go (RFC 9002, section 7.7). */
  PACING(Purpose.SEND),
  /** The peer's address is to be checked, or checked again (protocol.md, section 14). */
  PATH_VALIDATION(Purpose.SEND),
  /** The peer is to be asked where it was (protocol.md, section 14). */
  FORMER_PATH(Purpose.WAIT),
  /** The frame that ends a transfer is repeated before anything tells that it was lost. */
  FINAL_FRAME(Purpose.SEND),
  /** A client that has nothing in flight asks for a sign of life. */
  KEEP_ALIVE(Purpose.SEND),
  /** Nobody has asked a server for anything. */
  OPEN(Purpose.WAIT),
  /** There was no progress for too long. */
  PROGRESS(Purpose.WAIT),
  /** The close may have been lost. */
  CLOSE_REPEAT(Purpose.END),
  /** No packet of the connection can be on its way any more (RFC 9000, section 10.2). */
  DRAIN(Purpose.END);

  /** Decides when a timer runs. */
  enum Purpose {
    /** As long as the peer is listened to, and its address may be sent anything. */
    SEND,
    /** As long as the peer is listened to. */
    WAIT,
    /** Until the end. */
    END
  }

  private static final Timer[] ALL = values();

  private final Purpose purpose;

  Timer(Purpose purpose) {
    this.purpose = purpose;
  }

  Purpose purpose() {
    return purpose;
  }

  /** How many there are. */
  static int count() {
    return ALL.length;
  }

  /** The timer with an ordinal number; unlike {@link #values} it copies nothing. */
  static Timer at(int ordinal) {
    return ALL[ordinal];
  }
}
