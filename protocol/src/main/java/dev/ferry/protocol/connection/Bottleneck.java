package dev.ferry.protocol.connection;

/** What a transfer would have needed more of, to be faster. */
public enum Bottleneck {
  /** The rate of the path. */
  PATH_RATE,

  /** The path loses more than congestion control can make up for. */
  PATH_LOSS,

  /** The cap of this end on what it may send. */
  MAX_RATE,

  /** The cap that the receiver has asked for. */
  PEERS_MAX_RATE,

  /** The disk of the receiver. */
  RECEIVER_DISK,

  /** The disk of the sender. */
  SENDER_DISK,

  /** A processor of this machine. */
  CPU,

  /** The receive buffer of this machine's socket: the kernel has dropped datagrams. */
  RECEIVE_BUFFER,

  /** Round trips: there was too little to send for the path to be full. */
  ROUND_TRIPS,

  /** Nothing at this end, which receives: the path, or the other end. */
  OTHER_END
}
