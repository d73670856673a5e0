package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.BlockMemory.OpenBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the content of a part file, each byte once: what has come already is passed over, so that
 * what has been hashed stays what it is. A block comes together in memory if there is room when its
 * first piece comes; else its pieces are written one by one. Used on the engine's thread.
 */
final class PartContent implements BlockMemory.Owner {
  /** Hears of blocks of which all has come. */
  interface Listener {
    /** It is in the file. */
    void completeInFile(long block);

    /** It is in memory, which is to be given back, and {@link #stored} to be called. */
    void completeInMemory(OpenBlock block, long from, long to);
  }

  private final StoredPart stored;
  private long sizeBytes;
  private final BlockMemory memory;
  private final Flusher flusher;
  private final Listener listener;

  /**
   * What is in the file, or in memory. What would need more ranges than it takes is stored, but not
   * hashed before the end nor found by a later attempt.
   */
  private final RangeSet written;

  /** What the file takes of the disk besides that, at most. */
  private long takenBesidesBytes;

  private final List<OpenBlock> openBlocks = new ArrayList<>();
  private long inMemoryBytes;

  /**
   * The content of a part file of which some may be there.
   *
   * @param written what is there; from now on this object's
   */
  PartContent(
      StoredPart stored, RangeSet written, BlockMemory memory, Flusher flusher, Listener listener) {
    this.stored = stored;
    this.sizeBytes = stored.sizeBytes();
    this.written = written;
    this.takenBesidesBytes = Math.max(0, stored.takenBytes() - DiskUse.of(written));
    this.memory = memory;
    this.flusher = flusher;
    this.listener = listener;
  }

  /** The size has become known. */
  void endsAt(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  /**
   * Takes content that ends within the file.
   *
   * @param src from position to limit; afterwards its position is its limit
   */
  void write(long offset, ByteBuffer src) throws IOException {
    int limit = src.limit();
    int base = src.position();
    long end = offset + src.remaining();
    long from = offset;
    while (from < end) {
      long to = Math.min(end, Block.end(Block.at(from), sizeBytes));
      src.limit(base + (int) (to - offset)).position(base + (int) (from - offset));
      writeInBlock(from, to, src);
      from = to;
    }
    src.limit(limit).position(limit);
  }

  private void writeInBlock(long from, long to, ByteBuffer src) throws IOException {
    long block = Block.at(from);
    OpenBlock open = openBlock(block);
    int base = src.position();
    for (long at = written.firstGap(from); at < to; at = written.firstGap(at)) {
      long next = written.nextStart(at);
      long gapEnd = next == RangeSet.NONE ? to : Math.min(next, to);
      src.limit(base + (int) (gapEnd - from)).position(base + (int) (at - from));
      writeGap(open, at, gapEnd, src);
      at = gapEnd;
    }
    if (open != null && isWritten(block)) {
      handOver(open);
    }
  }

  /** The block in memory, perhaps a new one; null if it is in the file. */
  private @Nullable OpenBlock openBlock(long block) {
    // The newest are asked for most.
    for (int i = openBlocks.size() - 1; i >= 0; i--) {
      if (openBlocks.get(i).number() == block) {
        return openBlocks.get(i);
      }
    }
    OpenBlock begun = isUntouched(block) ? memory.begin(block, this) : null;
    if (begun != null) {
      openBlocks.add(begun);
    }
    return begun;
  }

  private boolean isUntouched(long block) {
    long next = written.nextStart(Block.start(block));
    return next == RangeSet.NONE || next >= Block.end(block, sizeBytes);
  }

  private boolean isWritten(long block) {
    return written.containsAll(Block.start(block), Block.end(block, sizeBytes));
  }

  private void writeGap(@Nullable OpenBlock open, long from, long to, ByteBuffer src)
      throws IOException {
    if (open != null && written.add(from, to) != RangeSet.FULL) {
      open.put(from, src);
      inMemoryBytes += to - from;
      return;
    }
    stored.write(from, src);
    if (written.add(from, to) == RangeSet.FULL) {
      takenBesidesBytes += DiskUse.ofRange(to - from);
    } else if (isWritten(Block.at(from))) {
      listener.completeInFile(Block.at(from));
    }
    flusher.uses(to - from);
    flusher.wrote(to - from);
  }

  /**
   * Counts what is missing of some blocks as come, because it is going to be filled in.
   *
   * @return what is to be filled in, in ascending order
   */
  List<ByteRange> claim(ByteRange range) throws IOException {
    for (OpenBlock open : List.copyOf(openBlocks)) {
      long start = Block.start(open.number());
      if (start >= range.start() && start < range.end()) {
        writePieces(open);
      }
    }
    List<ByteRange> missing = new ArrayList<>();
    long end = range.end();
    for (long at = written.firstGap(range.start()); at < end; at = written.firstGap(at)) {
      long next = written.nextStart(at);
      long to = next == RangeSet.NONE ? end : Math.min(next, end);
      if (written.add(at, to) == RangeSet.FULL) {
        throw new StorageException(RefusalReason.BUSY, "too many gaps in the part file");
      }
      missing.add(new ByteRange(at, to));
      flusher.uses(to - at);
    }
    return missing;
  }

  /** So many bytes of what was claimed are in the file now. */
  void filled(long bytes) {
    flusher.wrote(bytes);
  }

  private void handOver(OpenBlock complete) throws IOException {
    forget(complete);
    long from = Block.start(complete.number());
    long to = Block.end(complete.number(), sizeBytes);
    try {
      flusher.uses(to - from);
    } catch (IOException e) {
      memory.giveBack(complete);
      flusher.fail(StorageErrors.translate("cannot write the part file", e));
      throw e;
    }
    listener.completeInMemory(complete, from, to);
  }

  private void forget(OpenBlock block) {
    openBlocks.remove(block);
    memory.end(block);
  }

  /** So many bytes of a block that was handed over are in the file now. */
  void stored(long bytes) {
    inMemoryBytes -= bytes;
    flusher.wrote(bytes);
  }

  /** Writes what there is of a block; the rest of it will be written piece by piece. */
  @Override
  public void writeOut(OpenBlock block) {
    try {
      writePieces(block);
    } catch (IOException e) {
      flusher.fail(StorageErrors.translate("cannot write the part file", e));
    }
  }

  private void writePieces(OpenBlock block) throws IOException {
    forget(block);
    try {
      long end = Block.end(block.number(), sizeBytes);
      long from = written.nextStart(Block.start(block.number()));
      while (from != RangeSet.NONE && from < end) {
        long to = Math.min(end, written.firstGap(from));
        stored.write(from, block.part(from, to));
        inMemoryBytes -= to - from;
        flusher.uses(to - from);
        flusher.wrote(to - from);
        from = written.nextStart(to);
      }
    } finally {
      memory.giveBack(block);
    }
  }

  /** Writes all that is in memory. */
  void writeOut() {
    List.copyOf(openBlocks).forEach(this::writeOut);
  }

  /** The same, for a later attempt: what finds no room on the disk is not remembered. */
  void writeOutWhatFits() {
    for (OpenBlock block : List.copyOf(openBlocks)) {
      try {
        writePieces(block);
      } catch (IOException e) {
        long start = Block.start(block.number());
        if (written.remove(start, Block.end(block.number(), sizeBytes)) == RangeSet.FULL) {
          flusher.fail(StorageErrors.translate("cannot write the part file", e));
        }
      }
    }
  }

  /** Nothing of it is needed any more. */
  void drop() {
    for (OpenBlock block : List.copyOf(openBlocks)) {
      forget(block);
      memory.giveBack(block);
    }
  }

  /** What has come; not to be used by others before the end. */
  RangeSet written() {
    return written;
  }

  /** What has been taken, and is not yet in the part file, in bytes. */
  long inMemoryBytes() {
    return inMemoryBytes;
  }

  /** What the file takes of the disk, at most, in bytes. */
  long takenBytes() {
    return Math.min(sizeBytes, DiskUse.of(written) + takenBesidesBytes);
  }
}
