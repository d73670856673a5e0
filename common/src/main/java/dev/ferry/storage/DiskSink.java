package dev.ferry.storage;

import dev.ferry.engine.ContentSink;
import dev.ferry.engine.EngineThread;
import dev.ferry.engine.StorageException;
import dev.ferry.wire.RefusalReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A part file. Content is written on the engine's thread, in order; what was written is flushed now
 * and then beside it, so that little is left to flush in the end, while the client waits for the
 * last acknowledgement.
 */
final class DiskSink implements ContentSink {
  /** How much may be written before the next flush starts. */
  private static final long FLUSH_EVERY_BYTES = 8L << 20;

  private final DiskDepot depot;
  private final StoreName name;
  private final String partName;
  private final FileChannel channel;
  private final Executor disk;
  private final EngineThread engineThread;
  private final MessageDigest digest = sha256();
  private final AtomicBoolean flushing = new AtomicBoolean();
  private volatile @Nullable StorageException flushFailure;
  private long unflushedBytes;

  /**
   * Tells other processes that this part file is not stale; ends with the process or the channel.
   */
  private FileLock lock;

  /**
   * Takes over a new part file.
   *
   * @param disk runs one task at a time, in order
   */
  DiskSink(
      DiskDepot depot,
      StoreName name,
      String partName,
      FileChannel channel,
      Executor disk,
      EngineThread engineThread)
      throws IOException {
    this.depot = depot;
    this.name = name;
    this.partName = partName;
    this.channel = channel;
    this.disk = disk;
    this.engineThread = engineThread;
    try {
      lock = channel.lock();
    } catch (IOException e) {
      remove();
      throw e;
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws StorageException {
    StorageException failure = flushFailure;
    if (failure != null) {
      throw failure;
    }
    digest.update(src.duplicate());
    unflushedBytes += src.remaining();
    try {
      long position = offset;
      while (src.hasRemaining()) {
        position += channel.write(src, position);
      }
      if (unflushedBytes >= FLUSH_EVERY_BYTES && flushing.compareAndSet(false, true)) {
        unflushedBytes = 0;
        depot.requireSpace(0);
        disk.execute(this::flush);
      }
    } catch (IOException e) {
      throw StorageErrors.translate("cannot write the part file", e);
    }
  }

  /**
   * A failed flush is never repeated: the kernel may have dropped the pages and would report
   * success.
   */
  private void flush() {
    try {
      channel.force(false);
    } catch (IOException e) {
      flushFailure = StorageErrors.translate("cannot flush the part file", e);
    } finally {
      flushing.set(false);
    }
  }

  @Override
  public void publish(PublicationListener listener) {
    String sha256Hex = HexFormat.of().formatHex(digest.digest());
    disk.execute(
        () -> {
          StorageException failure = tryPublish();
          engineThread.execute(
              nowNs -> {
                if (failure == null) {
                  listener.published(sha256Hex, nowNs);
                } else {
                  listener.failed(failure, nowNs);
                }
              });
        });
  }

  private @Nullable StorageException tryPublish() {
    try {
      StorageException failure = flushFailure;
      if (failure != null) {
        throw failure;
      }
      depot.makeReadable(partName);
      lockAgain();
      channel.force(true);
      depot.publish(name, partName);
      channel.close();
      return null;
    } catch (IOException e) {
      remove();
      return StorageErrors.translate("cannot publish the file", e);
    } catch (RuntimeException e) {
      // Whatever it is, the client must hear of it.
      remove();
      return new StorageException(RefusalReason.IO_ERROR, "cannot publish the file: " + e, e);
    }
  }

  /**
   * On POSIX systems a process loses its lock on a file when it closes any descriptor of it, and
   * changing the permissions opened one.
   */
  private void lockAgain() throws IOException {
    lock.release();
    lock = channel.lock();
  }

  @Override
  public void discard() {
    disk.execute(this::remove);
  }

  private void remove() {
    try (channel) {
      depot.remove(partName);
    } catch (IOException e) {
      // The next start of a server removes it: nobody holds its lock any more.
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
