package dev.ferry.storage;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.protocol.util.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The complete blocks of a part file. Their checksums go to the journal, and all together are what
 * a file can be checked by; the digest of the whole file is taken as far as the blocks follow each
 * other from its beginning. A block that came out of order is read a second time when its turn
 * comes; each is hashed once. Not thread-safe.
 */
final class PartBlocks {
  /** A shorter piece of a block is not worth a record. */
  private static final int MIN_PIECE_BYTES = 1024;

  /** How many pieces of blocks are written to the journal at the end, each of which is read. */
  private static final int MAX_PIECES = 1024;

  private final LockedPart part;
  private final PartJournal journal;
  private long sizeBytes;
  private final BlockBuffers buffers;
  private final MessageDigest whole = Sha256.start();
  private final BlockSums sums = new BlockSums();

  /** What is complete and not yet in the digest. What does not fit is hashed before the end. */
  private final RangeSet ahead = new RangeSet(PartialFileStore.MAX_RANGES);

  /**
   * What is in the sums. What does not fit is read and added before the end, for which there is
   * room for one range more.
   */
  private final RangeSet summed = new RangeSet(PartialFileStore.MAX_RANGES + 1);

  /** Whether no more is added to the digest of the whole file unless that is asked for. */
  private boolean digestLeftOut;

  private long wholeEnd;
  private boolean anyGood;

  /** The blocks of a part file, none of which counts as complete yet. */
  PartBlocks(LockedPart part, PartJournal journal, BlockBuffers buffers) {
    this.part = part;
    this.journal = journal;
    this.sizeBytes = Block.mostBytes(journal.header().attributes());
    this.buffers = buffers;
  }

  /** The size has become known. */
  void endsAt(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  /** Writes the checksum of a block that has become complete to the journal. */
  void complete(long block) throws IOException {
    ByteBuffer content = buffers.take();
    try {
      read(Block.start(block), Block.end(block, sizeBytes), content);
      complete(block, content);
    } finally {
      buffers.giveBack(content);
    }
  }

  /**
   * The same for a block that need not be read.
   *
   * @param content the block's, from position to limit; left as it is
   */
  void complete(long block, ByteBuffer content) throws IOException {
    JournalRecord made = JournalRecord.ofBlock(block, content);
    journal.append(made);
    accept(block, made.checksum(), content);
  }

  /**
   * From now on complete blocks are not added to the digest of the whole file, which {@link
   * #hashNext} makes up for if it is needed after all.
   */
  void leaveOutDigest() {
    digestLeftOut = true;
  }

  /** Whether {@link #leaveOutDigest} was called. */
  boolean leavesOutDigest() {
    return digestLeftOut;
  }

  /**
   * Writes what is there of blocks that are not complete to the journal, for a later attempt.
   *
   * @param written what is in the file
   */
  void completePieces(RangeSet written) throws IOException {
    int pieces = 0;
    for (int i = 0; i < written.rangeCount(); i++) {
      long end = written.end(i);
      long from = written.start(i);
      while (from < end && pieces < MAX_PIECES) {
        long block = Block.at(from);
        long to = Math.min(end, Block.end(block, sizeBytes));
        boolean complete = from == Block.start(block) && to == Block.end(block, sizeBytes);
        if (!complete && to - from >= MIN_PIECE_BYTES) {
          completePiece(block, from, to);
          pieces++;
        }
        from = to;
      }
    }
  }

  private void completePiece(long block, long from, long to) throws IOException {
    ByteBuffer content = buffers.take();
    try {
      read(from, to, content);
      journal.append(JournalRecord.ofPiece(block, (int) (from - Block.start(block)), content));
      anyGood = true;
    } finally {
      buffers.giveBack(content);
    }
  }

  /**
   * Compares a block, or a piece of one, with what the journal says of it.
   *
   * @param expected of what is in the file
   * @return whether it is good, and now counts
   */
  boolean verify(JournalRecord expected) throws IOException {
    long start = expected.start();
    long end = expected.end(sizeBytes);
    if (part.sizeBytes() < end) {
      return false;
    }
    ByteBuffer content = buffers.take();
    try {
      read(start, end, content);
      if (!expected.matches(content)) {
        return false;
      }
      anyGood = true;
      if (expected.isWhole()) {
        accept(expected.block(), expected.checksum(), content);
      }
      return true;
    } finally {
      buffers.giveBack(content);
    }
  }

  private void accept(long block, long checksum, ByteBuffer content) {
    anyGood = true;
    long end = Block.end(block, sizeBytes);
    // A block of which there were pieces may be reported once more when all is compared.
    if (!summed.contains(Block.start(block)) && summed.rangeCount() < PartialFileStore.MAX_RANGES) {
      summed.add(Block.start(block), end);
      sums.add(block, checksum);
    }
    if (Block.start(block) == wholeEnd && !digestLeftOut) {
      whole.update(content.duplicate());
      wholeEnd = end;
    } else {
      ahead.add(Block.start(block), end);
    }
  }

  /** Whether a block that came out of order is the next one of the digest. */
  boolean isBehind() {
    return !digestLeftOut && ahead.contains(wholeEnd);
  }

  /** Whether the digest of the whole file is complete. */
  boolean isWhole() {
    return wholeEnd == sizeBytes;
  }

  /** Whether a later attempt would find something good. */
  boolean isWorthKeeping() {
    return anyGood;
  }

  /** Adds the next block to the digest of the whole file. It must be in the file. */
  void hashNext() throws IOException {
    long end = Block.end(Block.at(wholeEnd), sizeBytes);
    ByteBuffer content = buffers.take();
    try {
      read(wholeEnd, end, content);
      whole.update(content.duplicate());
    } finally {
      buffers.giveBack(content);
    }
    ahead.remove(0, end);
    wholeEnd = end;
  }

  /** The digest of the whole file. Can be asked for once. */
  byte[] wholeDigest() {
    if (!isWhole()) {
      throw new IllegalStateException("hashed up to " + wholeEnd + " of " + sizeBytes);
    }
    return whole.digest();
  }

  /** Whether the sums of all blocks have been added. */
  boolean isSummed() {
    return summed.containsAll(0, sizeBytes);
  }

  /** Adds the first block whose sum is missing. It must be in the file. */
  void sumNext() throws IOException {
    long block = Block.at(summed.firstGap(0));
    long end = Block.end(block, sizeBytes);
    ByteBuffer content = buffers.take();
    try {
      read(Block.start(block), end, content);
      sums.add(block, Block.checksum(content));
    } finally {
      buffers.giveBack(content);
    }
    summed.add(Block.start(block), end);
  }

  /** What the sums of all blocks say together. */
  Bytes allSums() {
    if (!isSummed()) {
      throw new IllegalStateException("sums are missing");
    }
    return sums.combined();
  }

  private void read(long start, long end, ByteBuffer content) throws IOException {
    content.limit((int) (end - start));
    if (!part.read(start, content)) {
      throw new EOFException("another program has cut the part file");
    }
    content.flip();
  }
}
