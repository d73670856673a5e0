package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.wire.Fields;
import dev.ferry.protocol.wire.MalformedException;
import dev.ferry.protocol.wire.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of bytes of a file as frames have them (protocol.md, section 10): their number, and for
 * each the gap to the end of the one before, and its length, all as varints. At most {@value
 * #MAX_RANGES}, in ascending order, with at least one byte between two.
 */
final class FrameRanges {
  /** The largest number of ranges in a frame. */
  static final int MAX_RANGES = 64;

  private FrameRanges() {}

  /**
   * Checks what is to be written.
   *
   * @param maxEnd the largest offset at which a range may end
   * @throws IllegalArgumentException if it cannot be
   */
  static void require(List<ByteRange> ranges, long maxEnd) {
    if (ranges.size() > MAX_RANGES) {
      throw new IllegalArgumentException("too many ranges: " + ranges.size());
    }
    long least = 0;
    for (ByteRange range : ranges) {
      if (range.start() < least || range.end() > maxEnd) {
        throw new IllegalArgumentException("range in the wrong place: " + range);
      }
      least = range.end() + 1;
    }
  }

  /**
   * Checks ranges of which there must be one.
   *
   * @throws IllegalArgumentException if they cannot be written
   */
  static List<ByteRange> some(List<ByteRange> ranges) {
    require(ranges, FileAttributes.MAX_SIZE_BYTES);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no ranges");
    }
    return List.copyOf(ranges);
  }

  /** Reads ranges of which there must be one. */
  static List<ByteRange> decodeSome(ByteBuffer content) throws MalformedException {
    List<ByteRange> ranges = decode(content, FileAttributes.MAX_SIZE_BYTES);
    Fields.require(!ranges.isEmpty());
    return ranges;
  }

  static List<ByteRange> decode(ByteBuffer content, long maxEnd) throws MalformedException {
    long count = Fields.varint(content);
    Fields.require(count <= MAX_RANGES);
    List<ByteRange> ranges = new ArrayList<>((int) count);
    long end = 0;
    for (long i = 0; i < count; i++) {
      long gap = Fields.varint(content);
      long length = Fields.varint(content);
      Fields.require((gap > 0 || i == 0) && gap <= maxEnd - end);
      long start = end + gap;
      Fields.require(length > 0 && length <= maxEnd - start);
      end = start + length;
      ranges.add(new ByteRange(start, end));
    }
    return ranges;
  }

  static int encodedBytes(List<ByteRange> ranges) {
    int bytes = Varint.bytes(ranges.size());
    long end = 0;
    for (ByteRange range : ranges) {
      bytes += Varint.bytes(range.start() - end) + Varint.bytes(range.length());
      end = range.end();
    }
    return bytes;
  }

  static void encode(List<ByteRange> ranges, ByteBuffer buffer) {
    Varint.write(ranges.size(), buffer);
    long end = 0;
    for (ByteRange range : ranges) {
      Varint.write(range.start() - end, buffer);
      Varint.write(range.length(), buffer);
      end = range.end();
    }
  }
}
