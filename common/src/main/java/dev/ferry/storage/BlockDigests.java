package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore.ListListener;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lists the SHA-256 of each block of a file for a peer, by slices, so that the disk workers have
 * time for others; given up once nobody waits for it.
 */
final class BlockDigests {
  /** How many blocks are hashed in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  private static final int RETRY_SECONDS = 1;

  private final Path root;
  private final DiskFileContent source;
  private final Executor workers;
  private final EngineThread engineThread;
  private final ListListener listener;
  private final AtomicLong diskBytes;
  private final MessageDigest digest = Sha256.start();

  /**
   * Has not begun yet.
   *
   * @param root where the list lies
   * @param source is closed at the end
   * @param diskBytes what all lists take of the disk
   */
  BlockDigests(
      Path root,
      DiskFileContent source,
      Executor workers,
      EngineThread engineThread,
      AtomicLong diskBytes,
      ListListener listener) {
    this.diskBytes = diskBytes;
    this.root = root;
    this.source = source;
    this.workers = workers;
    this.engineThread = engineThread;
    this.listener = listener;
  }

  /** Begins. */
  void list(long nowNs) {
    try {
      workers.execute(this::begin);
    } catch (RejectedExecutionException e) {
      close(source);
      listener.failed(StorageException.busy("it stops", RETRY_SECONDS), nowNs);
    }
  }

  private void begin() {
    try {
      goOn(ListFile.create(root, new SecureRandom(), false, engineThread, diskBytes), 0);
    } catch (IOException e) {
      fail(StorageErrors.translate("cannot list the digests", e));
    }
  }

  private void goOn(ListFile list, long block) {
    try {
      long next = hash(list, block);
      if (next == Block.count(source.sizeBytes())) {
        source.requireUnchanged();
        list.finish();
        close(source);
        engineThread.execute(nowNs -> listener.listed(list, nowNs));
      } else if (listener.isWanted()) {
        workers.execute(() -> goOn(list, next));
      } else {
        list.close();
        fail(new StorageException(RefusalReason.BUSY, "nobody waits for it"));
      }
    } catch (IOException e) {
      list.release();
      fail(StorageErrors.translate("cannot list the digests", e));
    } catch (RejectedExecutionException e) {
      list.release();
      fail(StorageException.busy("it stops", RETRY_SECONDS));
    }
  }

  /** Hashes one slice; returns the block behind it. */
  private long hash(ListFile list, long first) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Block.BYTES);
    long end = Math.min(first + BLOCKS_IN_A_SLICE, Block.count(source.sizeBytes()));
    for (long block = first; block < end; block++) {
      long bytes = Block.end(block, source.sizeBytes()) - Block.start(block);
      buffer.clear().limit((int) bytes);
      source.readDirectly(Block.start(block), buffer);
      digest.update(buffer.flip());
      list.add(digest.digest());
    }
    return end;
  }

  private void fail(StorageException cause) {
    close(source);
    engineThread.execute(nowNs -> listener.failed(cause, nowNs));
  }

  private static void close(DiskFileContent source) {
    try {
      source.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
