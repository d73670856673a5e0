package dev.ferry.protocol.transfer;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Copy.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * Which blocks of a file need not be sent (protocol.md, section 11.9). Ranges are of whole blocks,
 * in ascending order, with at least one byte between two. Immutable.
 *
 * @param copied what the receiver has in an older file, by the digests of the blocks
 * @param zeros what is nothing but zeros
 */
public record Unsent(List<ByteRange> copied, List<ByteRange> zeros) {
  /** Everything is sent. */
  public static final Unsent NOTHING = new Unsent(List.of(), List.of());

  public Unsent {
    copied = List.copyOf(copied);
    zeros = List.copyOf(zeros);
  }

  /** The same for a file of that size, which may have changed since: then everything is sent. */
  Unsent in(long sizeBytes) {
    return areOfWholeBlocks(copied, sizeBytes) && areOfWholeBlocks(zeros, sizeBytes)
        ? this
        : NOTHING;
  }

  /** As many frames as it takes; zeros come first, so that they are stored as such. */
  List<Copy> frames(long fileId) {
    List<Copy> frames = new ArrayList<>();
    addFrames(fileId, Source.ZEROS, zeros, frames);
    addFrames(fileId, Source.OLDER_FILE, copied, frames);
    return frames;
  }

  private static void addFrames(
      long fileId, Source source, List<ByteRange> ranges, List<Copy> frames) {
    for (int from = 0; from < ranges.size(); from += Accept.MAX_RANGES) {
      int to = Math.min(ranges.size(), from + Accept.MAX_RANGES);
      frames.add(new Copy(fileId, source, ranges.subList(from, to)));
    }
  }

  /** Whether ranges consist of whole blocks of a file of that size. */
  static boolean areOfWholeBlocks(List<ByteRange> ranges, long sizeBytes) {
    return ranges.stream()
        .allMatch(
            range ->
                range.start() % BlockSums.BLOCK_BYTES == 0
                    && range.end() <= sizeBytes
                    && (range.end() == sizeBytes || range.end() % BlockSums.BLOCK_BYTES == 0));
  }
}
