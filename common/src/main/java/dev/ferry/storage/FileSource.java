package dev.ferry.storage;

import dev.ferry.engine.ContentSource;
import dev.ferry.engine.SourceChangedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A regular file as the content to be sent. Reads ahead in blocks; before it hands out the last
 * byte it makes sure that the file at its path is still the same, with the same length and time of
 * modification. Not thread-safe.
 */
public final class FileSource implements ContentSource, Closeable {
  private static final int BLOCK_BYTES = 64 << 10;

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES).limit(0);
  private long blockOffset;

  private FileSource(Path path, FileChannel channel, BasicFileAttributes opened) {
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
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new NotRegularFileException(path.toString());
    }
    return new FileSource(path, FileChannel.open(path, StandardOpenOption.READ), attributes);
  }

  @Override
  public long sizeBytes() {
    return opened.size();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    long position = offset;
    while (dst.hasRemaining()) {
      seek(position);
      int bytes = Math.min(dst.remaining(), block.remaining());
      dst.put(block.duplicate().limit(block.position() + bytes));
      position += bytes;
    }
    if (position == sizeBytes()) {
      requireUnchanged();
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
