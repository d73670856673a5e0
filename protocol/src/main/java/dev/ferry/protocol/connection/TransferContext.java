package dev.ferry.protocol.connection;

import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Operation;

/** What a transfer may ask of the connection that carries it, and tells it. Not thread-safe. */
public interface TransferContext {
  /** The number of the file in the connection. */
  int file();

  /** The control frames of the file that the connection sends, and sends again if they are lost. */
  ControlFrameQueue frames();

  /** The figures of the connection so far. */
  ConnectionStats stats();

  /** The connection at this time; made when it is asked for. */
  ConnectionSnapshot snapshot(long nowNs);

  /** The length of the largest packet at the beginning, in bytes. */
  int firstPacketBytes();

  /** How many packets of content the server takes before it has accepted a put. */
  int earlyPackets();

  /** Whether the server answers an operation. */
  boolean isAnswered(Operation operation);

  /** The kinds of files that the peer takes besides regular ones, as the sum of their bits. */
  long peersKinds();

  /** Whether both ends can check a file by the sums of its blocks. */
  boolean checksBlockSums();

  /** Whether the server takes files whose size is not known yet. */
  boolean takesUnknownSizes();

  /**
   * For how long a server keeps a file open whose client is heard, but has nothing to send, or
   * takes nothing, in nanoseconds.
   */
  long idlePatienceNs();

  /** How many pieces of content may be in flight, or lost and not yet sent again, at a time. */
  int maxPieces();

  /** Whether content may be followed by other frames in its packet. */
  boolean sharesPackets();

  /**
   * How many packet numbers have been left out, so that the peer does not take them for lost; where
   * there is one file in the connection, from now on none are.
   */
  long endLeftOutNumbers();

  /** There was progress (protocol.md, section 12). */
  void progressed(long nowNs);

  /** The stage may have changed, and not within a call of the connection. */
  void changed();

  /** Has something reported. */
  void report(TransferEvent event);

  /**
   * The transfer has ended at this end; of several reasons the first counts. The peer is told: as
   * long as the connection carries one file only, or if the peer has broken the protocol, by the
   * end of the connection.
   *
   * @param close why; {@link Close#DONE} if the peer knows
   */
  void close(Close close, long nowNs);
}
