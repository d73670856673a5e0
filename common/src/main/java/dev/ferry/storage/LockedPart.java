package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.ArrivalHook.Arrival;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An open part file. Its lock, or that of its journal, tells other processes that it is not stale;
 * it ends with the process or the channel. Within this process a claim takes the place of the lock:
 * a part file that is held must not even be opened a second time, because on POSIX systems the
 * process loses its lock when it closes any descriptor of the file.
 */
final class LockedPart {
  /** How many part files may be removed by others before they are locked. */
  private static final int MAX_ATTEMPTS = 100;

  /** Where the lock of a journal is: beyond its content, which others may read. */
  private static final long JOURNAL_LOCK_AT = Long.MAX_VALUE - 1;

  /** The part files that this process holds, in all roots, by their real paths. */
  private static final Set<Path> CLAIMS = ConcurrentHashMap.newKeySet();

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

  /** Claims a part file, unless this process holds it already. */
  private static boolean claim(StoreRoot root, PartName name) {
    return CLAIMS.add(root.realPathOf(name.part()));
  }

  /** Something to be done with files that are nobody's. */
  interface Action {
    void run() throws IOException;
  }

  /** Does something with a part file or its journal, unless this process holds them. */
  static void ifFree(StoreRoot root, PartName name, Action action) throws IOException {
    if (claim(root, name)) {
      try {
        action.run();
      } finally {
        release(root, name);
      }
    }
  }

  /**
   * Locks a journal: while a part file is published it is without its own lock for a moment.
   *
   * @return null if another process has locked it
   */
  static @Nullable FileLock tryLockJournal(FileChannel journal) throws IOException {
    return journal.tryLock(JOURNAL_LOCK_AT, 1, false);
  }

  private static void release(StoreRoot root, PartName name) {
    CLAIMS.remove(root.realPathOf(name.part()));
  }

  /**
   * Creates a part file.
   *
   * @param access how it is going to be used
   */
  static LockedPart create(StoreRoot root, OpenOption... access) throws IOException {
    return create(root, name -> {}, access);
  }

  /** What happens to a part file between its creation and its lock; for tests. */
  interface BeforeLock {
    void run(PartName name) throws IOException;
  }

  static LockedPart create(StoreRoot root, BeforeLock beforeLock, OpenOption... access)
      throws IOException {
    try (Directory directory = root.directory()) {
      for (int i = 0; i < MAX_ATTEMPTS; i++) {
        LockedPart part = tryCreate(root, directory, beforeLock, access);
        // A process that starts may have found it before it was locked, and have removed it.
        if (directory.attributes(part.name.part()) != null) {
          return part;
        }
        part.close();
      }
      throw new FileNotFoundException("another program removes the part files");
    }
  }

  private static LockedPart tryCreate(
      StoreRoot root, Directory directory, BeforeLock beforeLock, OpenOption... access)
      throws IOException {
    PartName name = root.inventPartName();
    claim(root, name);
    try {
      FileChannel channel = directory.createFile(name.part(), access);
      try {
        beforeLock.run(name);
        return new LockedPart(root, name, channel, channel.lock());
      } catch (IOException e) {
        try (channel) {
          directory.delete(name.part());
        }
        throw e;
      }
    } catch (IOException e) {
      release(root, name);
      throw e;
    }
  }

  /** Opens a part file that is there; null if this or another process holds it. */
  static @Nullable LockedPart reopen(StoreRoot root, PartName name) throws IOException {
    if (!claim(root, name)) {
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
        release(root, name);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  PartName name() {
    return name;
  }

  /**
   * What a hook is told of it once all of it has come.
   *
   * @param sha256Hex as in {@link Arrival}
   * @param owner as in {@link Arrival}
   */
  Arrival arrival(Destination destination, @Nullable String sha256Hex, @Nullable Bytes owner)
      throws IOException {
    String place = String.join("/", destination.path().components());
    return new Arrival(place, root.realPathOf(name.part()), sizeBytes(), sha256Hex, owner);
  }

  /** The length of what is there, in bytes. */
  long sizeBytes() throws IOException {
    return channel.size();
  }

  /** Cuts off what is beyond a length in bytes. */
  void truncate(long sizeBytes) throws IOException {
    channel.truncate(sizeBytes);
  }

  /** Makes it so long at least, with zeros at the end. */
  void extend(long sizeBytes) throws IOException {
    if (channel.size() < sizeBytes) {
      channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
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
   * Makes it durable and then visible under its name, and closes it. Its journal is locked, or
   * another process might take it for stale meanwhile.
   */
  void publish(Destination destination, SpaceLedger.Promise space) throws IOException {
    setAttributes(destination);
    rename(destination, space);
  }

  /** The same for one that has no journal. */
  void publishWithoutJournal(Destination destination, SpaceLedger.Promise space)
      throws IOException {
    try (Guard guard = Guard.create(root, name)) {
      guard.lock();
      setAttributes(destination);
    }
    rename(destination, space);
  }

  private void setAttributes(Destination destination) throws IOException {
    root.applyAttributes(name, destination.preserved());
    lockAgain();
  }

  private void rename(Destination destination, SpaceLedger.Promise space) throws IOException {
    channel.force(true);
    root.publish(name, destination, space);
    close();
  }

  /**
   * An empty journal, whose lock counts while its part file has none.
   *
   * @param file the journal
   */
  record Guard(StoreRoot root, PartName name, FileChannel file) implements Closeable {
    static Guard create(StoreRoot root, PartName name) throws IOException {
      try (Directory directory = root.directory()) {
        return new Guard(root, name, directory.createFile(name.journal(), WRITE));
      }
    }

    void lock() throws IOException {
      tryLockJournal(file);
    }

    @Override
    public void close() throws IOException {
      try (file) {
        root.remove(name.journal());
      }
    }
  }

  /**
   * On POSIX systems a process loses its lock on a file when it closes any descriptor of it, and
   * changing the attributes opened one.
   */
  private void lockAgain() throws IOException {
    lock.release();
    // Another process may hold it for the moment in which it looks at the lock of the journal.
    lock = channel.lock();
  }

  /** Closes it and leaves it where it is. */
  void close() throws IOException {
    release(root, name);
    channel.close();
  }

  /** Removes it. */
  void remove() {
    try (channel) {
      root.remove(name.part());
    } catch (IOException e) {
      // The next start of a server removes it: its lock is free.
    } finally {
      release(root, name);
    }
  }
}
