package dev.ferry.protocol.connection;

import dev.ferry.protocol.connection.ContentStream.Piece;
import dev.ferry.protocol.recovery.SentPackets;

/** What is in the packet that is being built, file by file. Not thread-safe. */
final class PacketContents {
  /** A packet has something of so many files, or pieces, at most. */
  static final int MAX_PARTS = 32;

  private final int[] files = new int[MAX_PARTS];
  private final int[] frames = new int[MAX_PARTS];
  private final long[] offsets = new long[MAX_PARTS];
  private final int[] lengths = new int[MAX_PARTS];
  private int count;
  private int pieces;
  private int kinds;
  private boolean mayGrow;

  /**
   * A packet begins.
   *
   * @param maySpread whether there is memory for more than one part
   */
  void clear(boolean maySpread) {
    count = 0;
    pieces = 0;
    kinds = 0;
    mayGrow = maySpread;
  }

  /** Whether something of a file may be added. */
  boolean hasRoomFor(int file) {
    return count == 0
        || (count < MAX_PARTS && mayGrow)
        || (count > 0 && files[count - 1] == file && lengths[count - 1] == 0);
  }

  /** Whether a piece of any file may be added. */
  boolean hasRoomForPiece() {
    return count == 0 || (count < MAX_PARTS && mayGrow);
  }

  /** Control frames about a file are in the packet. */
  void addFrames(int file, int newKinds) {
    if (newKinds == 0) {
      return;
    }
    kinds |= newKinds;
    int at = count - 1;
    if (at >= 0 && files[at] == file) {
      frames[at] |= newKinds;
    } else {
      add(file, newKinds, 0, 0);
    }
  }

  /** A piece of a file is in the packet. */
  void addContent(Piece piece) {
    pieces++;
    int at = count - 1;
    if (at >= 0 && files[at] == piece.file && lengths[at] == 0) {
      offsets[at] = piece.offset;
      lengths[at] = piece.length;
    } else {
      add(piece.file, 0, piece.offset, piece.length);
    }
  }

  private void add(int file, int newFrames, long offset, int length) {
    files[count] = file;
    frames[count] = newFrames;
    offsets[count] = offset;
    lengths[count] = length;
    count++;
  }

  /** All kinds of control frames that are in it, about whatever file. */
  int kinds() {
    return kinds;
  }

  /** How many pieces of content are in it. */
  int pieces() {
    return pieces;
  }

  /** Says what the packet carries; what there is no room for must not have been added. */
  void record(SentPackets sent, long number) {
    if (count == 0) {
      return;
    }
    int first = firstWithContent();
    sent.carriesFile(number, files[first]);
    sent.carriesFrames(number, frames[first]);
    sent.carriesData(number, offsets[first], lengths[first]);
    for (int i = 0; i < count; i++) {
      if (i != first) {
        sent.carriesMore(number, files[i], frames[i], offsets[i], lengths[i]);
      }
    }
  }

  private int firstWithContent() {
    for (int i = 0; i < count; i++) {
      if (lengths[i] > 0) {
        return i;
      }
    }
    return 0;
  }
}
