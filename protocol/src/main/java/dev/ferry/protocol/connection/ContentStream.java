package dev.ferry.protocol.connection;

import java.nio.ByteBuffer;

/**
 * The content of one file that one end sends: packets are filled from it, and it is told what
 * became of them. It knows offsets, and nothing of packets. Not thread-safe.
 */
public interface ContentStream {
  /** Nothing to send: before there is a transfer, and for the end that receives. */
  ContentStream NONE = new NoContent();

  /** Whether there is content that may be sent now. */
  boolean hasContent();

  /** Whether some of that was lost. */
  boolean hasLost();

  /** Whether every byte has been sent, though the peer may not have all of it yet. */
  boolean isTail();

  /** How much is still to be sent for the first time, in bytes, as far as it is known. */
  long unsentBytes();

  /**
   * Writes a data frame with as much as fits: what was lost first.
   *
   * @param piece is told what was written; untouched if nothing was
   * @return whether anything was written
   */
  boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs);

  /** Writes a piece that is in flight once more, as far as it fits. */
  boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs);

  /**
   * Content has arrived at the peer.
   *
   * @param wasLost whether {@link #onContentLost} had been told of it
   */
  void onContentAcknowledged(long offset, int length, boolean wasLost, long nowNs);

  /** A piece was lost of which a copy has arrived, or may: it is one less in flight. */
  void onContentCovered(int length, long nowNs);

  /** Content is to be sent again. */
  void onContentLost(long offset, int length);

  /** A part of the content. */
  final class Piece {
    /** The number of the file; of the connection. */
    int file;

    public long offset;
    public int length;

    public void set(long newOffset, int newLength) {
      offset = newOffset;
      length = newLength;
    }
  }
}
