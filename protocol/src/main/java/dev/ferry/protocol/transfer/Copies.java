package dev.ferry.protocol.transfer;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import java.util.ArrayList;
import java.util.List;

/** Which blocks of a file the receiver takes from an older one (protocol.md, section 11.9). */
final class Copies {
  private Copies() {}

  /** As many frames as it takes. */
  static List<Copy> of(long fileId, List<ByteRange> ranges) {
    List<Copy> frames = new ArrayList<>();
    for (int from = 0; from < ranges.size(); from += Accept.MAX_RANGES) {
      int to = Math.min(ranges.size(), from + Accept.MAX_RANGES);
      frames.add(new Copy(fileId, ranges.subList(from, to)));
    }
    return frames;
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
