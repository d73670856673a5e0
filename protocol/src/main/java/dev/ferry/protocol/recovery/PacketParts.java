package dev.ferry.protocol.recovery;

import java.util.Arrays;

/**
 * What packets carried beyond what a {@link PacketRing} has of each: small records, one array for
 * each field, chained. What is freed is used again, so that nothing is allocated for a packet once
 * there are enough. Not thread-safe.
 */
final class PacketParts {
  /** The end of a chain. */
  static final int NONE = 0;

  /** The memory for a record in bytes. */
  static final int BYTES_OF_A_PART = 24;

  private static final int FIRST_PARTS = 64;

  /** The record {@link #NONE} is never used. */
  private int[] file = new int[1];

  private int[] frames = new int[1];
  private long[] offset = new long[1];
  private int[] length = new int[1];
  private int[] next = new int[1];
  private int free = NONE;
  private int made = 1;
  private int freed;

  /** How much memory it takes, in bytes. */
  long bytes() {
    return bytes(file.length);
  }

  private static long bytes(int parts) {
    return parts == 1 ? 0 : (long) parts * BYTES_OF_A_PART;
  }

  /** How much it will take if there are to be more, in bytes. */
  long grownBytes() {
    return bytes(grownParts());
  }

  private int grownParts() {
    return Math.max(FIRST_PARTS, 2 * file.length);
  }

  /** Whether so many more need no more memory. */
  boolean hasRoomFor(int parts) {
    return file.length - made + freed >= parts;
  }

  /** Makes room for more. */
  void grow() {
    int parts = grownParts();
    file = Arrays.copyOf(file, parts);
    frames = Arrays.copyOf(frames, parts);
    offset = Arrays.copyOf(offset, parts);
    length = Arrays.copyOf(length, parts);
    next = Arrays.copyOf(next, parts);
  }

  /** Puts a record before a chain, and returns what begins with it; only if there is room. */
  int add(int chain, int ofFile, int newFrames, long newOffset, int newLength) {
    int at = free;
    if (at == NONE) {
      at = made++;
    } else {
      free = next[at];
      freed--;
    }
    file[at] = ofFile;
    frames[at] = newFrames;
    offset[at] = newOffset;
    length[at] = newLength;
    next[at] = chain;
    return at;
  }

  /** A chain is not needed any more. */
  void free(int chain) {
    int last = chain;
    freed++;
    while (next[last] != NONE) {
      last = next[last];
      freed++;
    }
    next[last] = free;
    free = chain;
  }

  void visit(int chain, PartVisitor visitor) {
    for (int at = chain; at != NONE; at = next[at]) {
      visitor.part(file[at], frames[at], offset[at], length[at]);
    }
  }
}
