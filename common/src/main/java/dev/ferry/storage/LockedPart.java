package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.FileAttributes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An open part file. Its lock tells other processes that it is not stale; it ends with the process
 * or the channel.
 */
final class LockedPart {
  /** How many part files may be removed by others before they are locked. */
  private static final int MAX_ATTEMPTS = 10;

  private final StoreRoot root;
  private final PartName name;
  private final FileChannel channel;
  private FileLock lock;

  private LockedPart(StoreRoot root, PartName name, FileChannel channel, FileLock lock) {
    this.root = root;
    this.name = name;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Creates a part file.
   *
   * @param access how it is going to be used
   */
  static LockedPart create(StoreRoot root, OpenOption... access) throws IOException {
    try (Directory directory = root.directory()) {
      for (int i = 0; i < MAX_ATTEMPTS; i++) {
        LockedPart part = tryCreate(root, directory, access);
        // A process that starts may have found it before it was locked, and have removed it.
        if (directory.attributes(part.name.part()) != null) {
          return part;
        }
        part.close();
      }
      throw new FileNotFoundException("somebody removes the part files");
    }
  }

  private static LockedPart tryCreate(StoreRoot root, Directory directory, OpenOption... access)
      throws IOException {
    PartName name = root.inventPartName();
    root.inUse().claim(name);
    try {
      FileChannel channel = directory.createFile(name.part(), access);
      try {
        return new LockedPart(root, name, channel, channel.lock());
      } catch (IOException e) {
        try (channel) {
          directory.delete(name.part());
        }
        throw e;
      }
    } catch (IOException e) {
      root.inUse().release(name);
      throw e;
    }
  }

  /** Opens a part file that is there; null if somebody else has it. */
  static @Nullable LockedPart reopen(StoreRoot root, PartName name) throws IOException {
    if (!root.inUse().claim(name)) {
      return null;
    }
    FileChannel channel = null;
    FileLock lock = null;
    try (Directory directory = root.directory()) {
      directory.requireRegularFile(name.part());
      channel = directory.openOwnFile(name.part(), READ, WRITE);
      lock = channel.tryLock();
      return lock == null ? null : new LockedPart(root, name, channel, lock);
    } catch (OverlappingFileLockException e) {
      return null;
    } finally {
      if (lock == null) {
        root.inUse().release(name);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  PartName name() {
    return name;
  }

  /** The length of what is there, in bytes. */
  long sizeBytes() throws IOException {
    return channel.size();
  }

  /** Cuts off what is beyond a length in bytes. */
  void truncate(long sizeBytes) throws IOException {
    channel.truncate(sizeBytes);
  }

  /** Writes all of a buffer. */
  void write(long offset, ByteBuffer src) throws IOException {
    long position = offset;
    while (src.hasRemaining()) {
      position += channel.write(src, position);
    }
  }

  /**
   * Fills a buffer.
   *
   * @return false if the file ends before
   */
  boolean read(long offset, ByteBuffer dst) throws IOException {
    long position = offset;
    while (dst.hasRemaining()) {
      int bytes = channel.read(dst, position);
      if (bytes < 0) {
        return false;
      }
      position += bytes;
    }
    return true;
  }

  /**
   * Flushes the content. A flush that failed is never repeated: the kernel may have dropped the
   * pages and would report success.
   */
  void flush() throws IOException {
    channel.force(false);
  }

  /**
   * Makes it durable and then visible under its name, and closes it.
   *
   * @param mayReplace whether it may take the place of a file
   * @param preserved whose time and mode it gets; null for the present time and the usual mode
   */
  void publish(RelativePath place, boolean mayReplace, @Nullable FileAttributes preserved)
      throws IOException {
    root.dress(name, preserved);
    lockAgain();
    channel.force(true);
    root.publish(place, name, mayReplace);
    close();
  }

  /**
   * On POSIX systems a process loses its lock on a file when it closes any descriptor of it, and
   * changing the attributes opened one.
   */
  private void lockAgain() throws IOException {
    lock.release();
    FileLock again = channel.tryLock();
    if (again == null) {
      throw new IOException("somebody else has taken the part file");
    }
    lock = again;
  }

  /** Closes it and leaves it where it is. */
  void close() throws IOException {
    root.inUse().release(name);
    channel.close();
  }

  /** Removes it. */
  void remove() {
    try (channel) {
      root.remove(name.part());
    } catch (IOException e) {
      // The next start of a server removes it: nobody holds its lock any more.
    } finally {
      root.inUse().release(name);
    }
  }
}
