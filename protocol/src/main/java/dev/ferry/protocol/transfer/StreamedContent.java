package dev.ferry.protocol.transfer;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceStream;
import dev.ferry.protocol.util.RangeSet;

/**
 * What a sender knows of content that comes bit by bit: which of it has arrived, and need not be
 * there any more. Not thread-safe.
 */
final class StreamedContent {
  private final SourceStream source;

  /** What has arrived at the receiver. Its gaps are in flight, or lost. */
  private final RangeSet arrived;

  private boolean accepted;

  /**
   * Content of which nothing has arrived.
   *
   * @param maxPieces how many pieces may be in flight, or lost
   */
  StreamedContent(SourceStream source, int maxPieces) {
    this.source = source;
    this.arrived = new RangeSet(2 * maxPieces);
  }

  /** How much has come so far, from the beginning on, in bytes. */
  long availableBytes() {
    return source.availableBytes();
  }

  /** Whether the end has come. */
  boolean isWhole() {
    return source.sizeBytes() != FileAttributes.UNKNOWN_SIZE;
  }

  /** The size, once the end has come. */
  long sizeBytes() {
    return source.sizeBytes();
  }

  /** The receiver has agreed: until then it may turn it down, and another attempt begin anew. */
  void accepted() {
    accepted = true;
    source.delivered(deliveredBytes());
  }

  /** A piece has arrived. */
  void arrived(long from, long to) {
    if (arrived.add(from, to) == RangeSet.FULL) {
      throw new IllegalStateException("more gaps than pieces in flight");
    }
    if (accepted) {
      source.delivered(deliveredBytes());
    }
  }

  /** Everything below has arrived. */
  long deliveredBytes() {
    return arrived.firstGap(0);
  }

  /** The first offset from an offset on that has not arrived. */
  long firstMissing(long from) {
    return arrived.firstGap(from);
  }

  /** Where what is missing from an offset on ends, within a range that ends at {@code to}. */
  long missingUntil(long from, long to) {
    long next = arrived.nextStart(from);
    return next == RangeSet.NONE ? to : Math.min(next, to);
  }
}
