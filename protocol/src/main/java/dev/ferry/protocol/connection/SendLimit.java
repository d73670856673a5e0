package dev.ferry.protocol.connection;

/** What keeps one end of a connection from sending more, or from having more sent to it. */
public enum SendLimit {
  /** As much is in flight as congestion control allows. */
  CONGESTION_WINDOW,

  /** The pacer spreads packets at the rate of congestion control. */
  PACING,

  /** The cap of this end on what may be sent is reached. */
  MAX_RATE,

  /** The cap that the receiver has asked for is reached. */
  PEERS_MAX_RATE,

  /** The receiver takes no more for now, because its disk lags behind. */
  RECEIVE_WINDOW,

  /** The sender's file: its digest is not ready, or its content is not there yet. */
  READER,

  /** The receiver's file: it is being opened, written or published. */
  WRITER,

  /** All there is to say has been said, and the answer takes its round trip. */
  ROUND_TRIP,

  /** Whatever limits the other end, which sends the content; only that one knows. */
  PEER,

  /** Nothing: this end sends as fast as it can, or its program is late. */
  NOTHING
}
