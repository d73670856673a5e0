package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.SourceFile.DigestListener;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the digest of a file to be sent on disk workers: a little behind whoever reads it in order,
 * so that the content comes from the page cache, and the rest once it is asked for. By slices, so
 * that the workers have time for others. Called on the engine's thread, but for what says
 * otherwise.
 */
final class SourceDigest {
  /** How much is read before the digest follows: less is not worth a task. */
  static final long STEP_BYTES = 1L << 20;

  private static final int READ_BYTES = 64 << 10;
  private static final long SLICE_BYTES = 16L << 20;

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

  /** For the slices alone, which run one at a time. */
  private final MessageDigest digest = Sha256.start();

  private long hashedBytes;
  private @Nullable IOException failure;
  private boolean told;

  SourceDigest(DiskFileContent source, Executor diskWorkers, EngineThread engineThread) {
    this.source = source;
    this.slices = new SerialExecutor(diskWorkers);
    this.engineThread = engineThread;
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
      hashUpTo(Math.min(allowedBytes, hashedBytes + SLICE_BYTES));
    } catch (IOException e) {
      failure = e;
    }
    DigestListener asked = listener;
    if (asked != null && (failure != null || hashedBytes == source.sizeBytes())) {
      told = true;
      tell(asked);
    } else if (failure == null && hashedBytes < allowedBytes) {
      slices.execute(this::slice);
    }
  }

  private void hashUpTo(long end) throws IOException {
    if (failure != null || hashedBytes >= end) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BYTES, end - hashedBytes));
    while (hashedBytes < end && !givenUp) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - hashedBytes));
      source.readDirectly(hashedBytes, buffer);
      digest.update(buffer.flip());
      hashedBytes += buffer.limit();
    }
  }

  private void tell(DigestListener asked) {
    try {
      if (failure != null) {
        throw failure;
      }
      source.requireUnchanged();
      byte[] sha256 = digest.digest();
      engineThread.execute(
          nowNs -> {
            if (!givenUp) {
              asked.digested(sha256, nowNs);
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
}
