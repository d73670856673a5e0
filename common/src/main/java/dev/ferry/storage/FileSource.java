package dev.ferry.storage;

import dev.ferry.engine.EngineThread;
import dev.ferry.engine.OutgoingFile;
import dev.ferry.engine.SourceChangedException;
import dev.ferry.wire.ferry.FileAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A regular file as the content to be sent. Reads ahead in blocks; before it hands out the last
 * byte it makes sure that the file at its path is still the same, with the same length and time of
 * modification. Not thread-safe.
 */
public final class FileSource implements OutgoingFile, Closeable {
  private static final int BLOCK_BYTES = 64 << 10;

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).limit(0);
  private long blockOffset;

  private final Executor diskWorkers;
  private final EngineThread engineThread;
  private final MessageDigest digest = Sha256.start();
  private long digestedTo;
  private boolean digestInline = true;
  private volatile boolean released;

  private FileSource(
      Path path,
      FileChannel channel,
      BasicFileAttributes opened,
      Executor diskWorkers,
      EngineThread engineThread) {
    this.diskWorkers = diskWorkers;
    this.engineThread = engineThread;
    this.path = path;
    this.channel = channel;
    this.opened = opened;
  }

  /**
   * Opens a file.
   *
   * @throws NotRegularFileException if it is a directory, a device or a pipe
   * @throws IOException if there is none or it cannot be read
   */
  public static FileSource open(Path path) throws IOException {
    return open(path, Runnable::run, task -> {});
  }

  /** The same, with a digest that is finished beside the engine. */
  public static FileSource open(Path path, Executor diskWorkers, EngineThread engineThread)
      throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new NotRegularFileException(path.toString());
    }
    return new FileSource(
        path,
        FileChannel.open(path, StandardOpenOption.READ),
        attributes,
        diskWorkers,
        engineThread);
  }

  @Override
  public long sizeBytes() {
    return opened.size();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int start = dst.position();
    long position = offset;
    while (dst.hasRemaining()) {
      seek(position);
      int bytes = Math.min(dst.remaining(), block.remaining());
      dst.put(block.duplicate().limit(block.position() + bytes));
      position += bytes;
    }
    if (digestInline && offset == digestedTo) {
      digest.update(dst.duplicate().limit(dst.position()).position(start));
      digestedTo = position;
    }
    if (position == sizeBytes()) {
      requireUnchanged();
    }
  }

  @Override
  public FileAttributes attributes() {
    return new FileAttributes(
        opened.size(), opened.lastModifiedTime().to(TimeUnit.NANOSECONDS), 0b110_100_100);
  }

  /** What tells the file from others on this machine. */
  public String identity() {
    return String.valueOf(opened.fileKey());
  }

  @Override
  public void digest(DigestListener listener) {
    digestInline = false;
    diskWorkers.execute(
        () -> {
          try {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            long at = digestedTo;
            while (at < sizeBytes() && !released) {
              int bytes = channel.read(buffer.clear(), at);
              if (bytes <= 0) {
                throw new SourceChangedException("became shorter while it was being sent");
              }
              digest.update(buffer.flip());
              at += bytes;
            }
            requireUnchanged();
            byte[] sha256 = digest.digest();
            engineThread.execute(nowNs -> listener.digested(sha256, nowNs));
          } catch (IOException e) {
            engineThread.execute(nowNs -> listener.failed(e, nowNs));
          }
        });
  }

  @Override
  public void release() {
    released = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Positions the block at an offset and makes sure that it holds at least that byte. */
  private void seek(long offset) throws IOException {
    long within = offset - blockOffset;
    if (within < 0 || within >= block.limit()) {
      block.clear();
      blockOffset = offset;
      int bytes = channel.read(block, offset);
      block.flip();
      if (bytes <= 0) {
        throw new SourceChangedException("became shorter while it was being sent");
      }
      within = 0;
    }
    block.position((int) within);
  }

  private void requireUnchanged() throws IOException {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new SourceChangedException("was removed while it was being sent");
    }
    if (now.size() != opened.size()
        || !now.lastModifiedTime().equals(opened.lastModifiedTime())
        || !Objects.equals(now.fileKey(), opened.fileKey())) {
      throw new SourceChangedException("changed while it was being sent");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
