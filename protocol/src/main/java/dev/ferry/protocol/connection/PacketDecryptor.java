package dev.ferry.protocol.connection;

import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.ReplayWindow;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.FrameHandler;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.nio.ByteBuffer;

/**
 * From datagrams to frames: what is not the peer's, or came before, is dropped (protocol.md,
 * section 7.3). Not thread-safe.
 */
final class PacketDecryptor {
  /** What {@link #open} returns for a datagram that is to be dropped without a trace. */
  static final long DROPPED = -1;

  private final PacketOpener opener;
  private final ReplayWindow replay = new ReplayWindow();
  private final PacketBuffer scratch;
  private boolean newest;

  PacketDecryptor(PacketOpener opener, PacketBuffer scratch) {
    this.opener = opener;
    this.scratch = scratch;
  }

  /**
   * Decrypts a datagram into the scratch buffer.
   *
   * @param datagram left as it is
   * @return the packet's number, or {@link #DROPPED}
   */
  long open(ByteBuffer datagram) {
    if (!PacketHeader.isWellFormed(datagram)) {
      return DROPPED;
    }
    long number =
        PacketHeader.wholeNumber(replay.largest(), PacketHeader.truncatedNumber(datagram));
    if (!replay.accepts(number)) {
      return DROPPED;
    }
    int bytes = datagram.remaining();
    datagram.get(datagram.position(), scratch.bytes, 0, bytes);
    int plaintextBytes =
        opener.open(
            number,
            PacketHeader.phaseBit(datagram),
            scratch.bytes,
            0,
            PacketHeader.BYTES,
            bytes - PacketHeader.BYTES);
    if (plaintextBytes == PacketOpener.REJECTED) {
      return DROPPED;
    }
    newest = number > replay.largest();
    replay.add(number);
    scratch.buffer.limit(PacketHeader.BYTES + plaintextBytes).position(PacketHeader.BYTES);
    return number;
  }

  /** Whether the last packet's number was the highest so far. */
  boolean isNewest() {
    return newest;
  }

  /** Tells the frames of the packet that {@link #open} has just decrypted. */
  Outcome read(FrameHandler handler) {
    return scratch.reader.read(scratch.buffer, handler);
  }
}
