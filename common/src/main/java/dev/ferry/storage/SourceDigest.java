package dev.ferry.storage;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.SourceFile.DigestListener;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the digest of a file to be sent on disk workers, and the sums of its blocks if they are
 * wanted: a little behind whoever reads it in order, so that the content comes from the page cache,
 * and the rest once it is asked for. By slices, so that the workers have time for others. Where the
 * sums vouch for the file, the digest is given up once it would take a processor's time from
 * others. Called on the engine's thread, but for what says otherwise.
 */
final class SourceDigest {
  /** How much is read before the digest follows: less is not worth a task. */
  static final long STEP_BYTES = 1L << 20;

  private static final int READ_BYTES = 64 << 10;
  private static final long SLICE_BYTES = 16L << 20;

  /** Farther behind than this, the digest does not keep up with the transfer. */
  static final long MAX_LAG_BYTES = 64L << 20;

  private final DiskFileContent source;
  private final SerialExecutor slices;
  private final EngineThread engineThread;

  /** How far the file has been read in order. */
  private long readBytes;

  /** How far it may be hashed. */
  private volatile long allowedBytes;

  /** Is told the digest; null before it is asked for. */
  private volatile @Nullable DigestListener listener;

  private volatile boolean givenUp;

  /** For the slices alone, which run one at a time; null once it has been given up. */
  private @Nullable MessageDigest digest = Sha256.start();

  /** Null if only the digest is wanted; set before there is a slice. */
  private volatile @Nullable Sums sums;

  private long hashedBytes;
  private @Nullable IOException failure;
  private boolean told;

  /** What is needed to take sums, and to do without the digest. */
  private static final class Sums {
    final BlockSums blocks = new BlockSums();
    final SpareCore spare = new SpareCore();
  }

  SourceDigest(DiskFileContent source, Executor diskWorkers, EngineThread engineThread) {
    this.source = source;
    this.slices = new SerialExecutor(diskWorkers);
    this.engineThread = engineThread;
  }

  /** Takes the sums, too; to be called before anything is read. */
  void useBlockSums() {
    sums = new Sums();
  }

  /** A part of the file has been read, and will not have to come from the disk again. */
  void onRead(long from, long to) {
    if (from > readBytes || to <= readBytes) {
      return;
    }
    readBytes = to;
    if (listener == null && readBytes - allowedBytes >= STEP_BYTES) {
      allowedBytes = readBytes;
      slices.execute(this::slice);
    }
  }

  /** Takes the digest of the rest. Can be called once. */
  void finish(DigestListener newListener) {
    if (listener != null) {
      throw new IllegalStateException("the digest is taken once");
    }
    listener = newListener;
    allowedBytes = source.sizeBytes();
    slices.execute(this::slice);
  }

  /** From now on the listener hears nothing. */
  void giveUp() {
    givenUp = true;
  }

  private void slice() {
    if (givenUp || told) {
      return;
    }
    try {
      readUpTo(readableUpTo(Math.min(allowedBytes, hashedBytes + SLICE_BYTES)));
    } catch (IOException e) {
      failure = e;
    }
    DigestListener asked = listener;
    if (asked != null && (failure != null || hashedBytes == source.sizeBytes())) {
      told = true;
      tell(asked);
    } else if (failure == null && hashedBytes < readableUpTo(allowedBytes)) {
      slices.execute(this::slice);
    }
  }

  private void readUpTo(long end) throws IOException {
    if (failure != null || hashedBytes >= end) {
      return;
    }
    Sums wanted = sums;
    if (wanted != null && allowedBytes - hashedBytes > MAX_LAG_BYTES) {
      digest = null;
    }
    int mostBytes = wanted == null ? READ_BYTES : Block.BYTES;
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(mostBytes, end - hashedBytes));
    while (hashedBytes < end && !givenUp) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - hashedBytes));
      source.readDirectly(hashedBytes, buffer);
      buffer.flip();
      if (wanted != null) {
        sum(Block.at(hashedBytes), buffer, wanted);
      }
      hashedBytes += buffer.limit();
      if (digest != null) {
        digest.update(buffer);
      }
    }
  }

  private void sum(long block, ByteBuffer content, Sums wanted) {
    wanted.blocks.add(block, Block.checksum(content));
    if (digest != null && wanted.spare.isTakenAt(block)) {
      digest = null;
    }
  }

  /** Where sums are wanted whole blocks only are read, unless it is the last one. */
  private long readableUpTo(long end) {
    return sums == null || end == source.sizeBytes() ? end : Block.start(Block.at(end));
  }

  private void tell(DigestListener asked) {
    try {
      if (failure != null) {
        throw failure;
      }
      source.requireUnchanged();
      ContentCheck check = check();
      engineThread.execute(
          nowNs -> {
            if (!givenUp) {
              asked.digested(check, nowNs);
            }
          });
    } catch (IOException e) {
      engineThread.execute(
          nowNs -> {
            if (!givenUp) {
              asked.failed(e, nowNs);
            }
          });
    }
  }

  private ContentCheck check() {
    Sums taken = sums;
    return new ContentCheck(
        digest == null ? null : Bytes.copyOf(digest.digest()),
        taken == null ? null : taken.blocks.combined());
  }
}
