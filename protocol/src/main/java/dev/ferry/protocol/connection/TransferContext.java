package dev.ferry.protocol.connection;

import dev.ferry.protocol.wire.frame.Frame.Close;

/** What a transfer may ask of the connection that carries it. Not thread-safe. */
public interface TransferContext {
  /** The control frames that the connection sends, and sends again if they are lost. */
  ControlFrameQueue frames();

  /** The figures of the connection so far. */
  ConnectionStats stats();

  /** The connection at this time; made when it is asked for. */
  ConnectionSnapshot snapshot(long nowNs);

  /** The length of the largest packet at the beginning, in bytes. */
  int firstPacketBytes();

  /** How many packets of content the server takes before it has accepted a put. */
  int earlyPackets();

  /** How many pieces of content may be in flight, or lost and not yet sent again, at a time. */
  int maxPieces();

  /**
   * How many packet numbers have been left out, so that the peer does not take them for lost; from
   * now on none are.
   */
  long endLeftOutNumbers();

  /** Ends the connection, and tells the peer; of several reasons the first counts. */
  void close(Close close, long nowNs);
}
