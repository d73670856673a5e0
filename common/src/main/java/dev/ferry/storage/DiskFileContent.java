package dev.ferry.storage;

import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.SourceChangedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular file as the content to be sent. Reads ahead in blocks as long as it is read in order;
 * before it hands out the last byte it makes sure that the file at its path is still the same, with
 * the same length and times. Not thread-safe, but for the methods that say so.
 */
public final class DiskFileContent implements FileContent, Closeable {
  /** Small, because a server may have hundreds of files open, each with a block. */
  private static final int BLOCK_BYTES = 64 << 10;

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;
  private final @Nullable FileTime changed;
  private final LinkOption[] links;
  private final ByteBuffer block;
  private long blockOffset;
  private int blockBytes;
  private long nextOffset;

  /**
   * The content of an open file, which it will close.
   *
   * @param path where it is
   * @param opened its attributes
   * @param changed {@link FileTimes#changed} before that
   * @param links whether the last component of the path may be a link
   * @throws UnsizedFileException if its content does not end where the attributes say; the channel
   *     is left open then
   */
  DiskFileContent(
      Path path,
      FileChannel channel,
      BasicFileAttributes opened,
      @Nullable FileTime changed,
      LinkOption... links)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.opened = opened;
    this.changed = changed;
    this.links = links.clone();
    this.block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, opened.size()));
    if (!endsWhereItSays()) {
      throw new UnsizedFileException(path.toString());
    }
  }

  /** Whether there is a byte before the end that the attributes tell, and none behind it. */
  private boolean endsWhereItSays() throws IOException {
    long last = Math.max(0, sizeBytes() - 1);
    int bytes = channel.read(ByteBuffer.allocate(2), last);
    return Math.max(0, bytes) == sizeBytes() - last;
  }

  /**
   * Opens a file.
   *
   * @param links whether the last component of the path may be a link
   * @throws NotRegularFileException if it is a directory, a device or a pipe
   * @throws UnsizedFileException if its size does not say how much content it has
   * @throws IOException if there is none or it cannot be read
   */
  public static DiskFileContent open(Path path, LinkOption... links) throws IOException {
    FileTime changed = FileTimes.changed(path, links);
    PosixFileAttributeView posix =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, links);
    BasicFileAttributes attributes =
        posix != null
            ? posix.readAttributes()
            : Files.readAttributes(path, BasicFileAttributes.class, links);
    if (!attributes.isRegularFile()) {
      throw new NotRegularFileException(path.toString());
    }
    Set<OpenOption> how = new HashSet<>(List.of(links));
    how.add(StandardOpenOption.READ);
    FileChannel channel = FileChannel.open(path, how);
    try {
      return new DiskFileContent(path, channel, attributes, changed, links);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The file's attributes when it was opened. Thread-safe. */
  BasicFileAttributes attributes() {
    return opened;
  }

  @Override
  public long sizeBytes() {
    return opened.size();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    long end = offset + dst.remaining();
    long position = offset;
    while (dst.hasRemaining()) {
      if (!isInBlock(position) && !load(position)) {
        // Something is repeated: that is no reason to forget what comes next.
        readDirectly(position, dst);
      } else {
        position += copy(position, dst);
      }
    }
    nextOffset = end;
    if (end == sizeBytes()) {
      requireUnchanged();
    }
  }

  private boolean isInBlock(long offset) {
    return offset >= blockOffset && offset < blockOffset + blockBytes;
  }

  /** Fills the block, if what is read goes on there. */
  private boolean load(long offset) throws IOException {
    if (offset != nextOffset && offset != blockOffset + blockBytes) {
      return false;
    }
    blockBytes = 0;
    int bytes = channel.read(block.clear(), offset);
    if (bytes <= 0) {
      throw shorter();
    }
    blockOffset = offset;
    blockBytes = bytes;
    return true;
  }

  private int copy(long offset, ByteBuffer dst) {
    int within = (int) (offset - blockOffset);
    int bytes = Math.min(dst.remaining(), blockBytes - within);
    dst.put(dst.position(), block, within, bytes);
    dst.position(dst.position() + bytes);
    return bytes;
  }

  /**
   * Fills a buffer without reading ahead. Thread-safe.
   *
   * @throws SourceChangedException if the file has become shorter
   */
  void readDirectly(long offset, ByteBuffer dst) throws IOException {
    long position = offset;
    while (dst.hasRemaining()) {
      int bytes = channel.read(dst, position);
      if (bytes < 0) {
        throw shorter();
      }
      position += bytes;
    }
  }

  private static SourceChangedException shorter() {
    return new SourceChangedException("became shorter while it was being sent");
  }

  /**
   * Makes sure that the file at its path is still the same. Thread-safe.
   *
   * @throws SourceChangedException if it is not
   */
  void requireUnchanged() throws IOException {
    BasicFileAttributes now;
    FileTime nowChanged;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class, links);
      nowChanged = FileTimes.changed(path, links);
    } catch (NoSuchFileException e) {
      throw new SourceChangedException("was removed while it was being sent");
    }
    if (now.size() != opened.size()
        || !now.lastModifiedTime().equals(opened.lastModifiedTime())
        || !Objects.equals(nowChanged, changed)
        || !Objects.equals(now.fileKey(), opened.fileKey())
        || !endsWhereItSays()) {
      throw new SourceChangedException("changed while it was being sent");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
