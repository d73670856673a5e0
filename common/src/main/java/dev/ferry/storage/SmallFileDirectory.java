package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory of this process in a root, in which small files are written until they are flushed
 * and renamed: {@code .ferry-….directory}. An empty part file of the same name, {@code
 * .ferry-….part}, is locked as long as it is in use, so that no file in it needs a lock of its own.
 * Only the owner can look into it. Not thread-safe.
 */
final class SmallFileDirectory implements Closeable {
  private final StoreRoot root;
  private final LockedPart guard;
  private final Path path;
  private final Directory handle;
  private long names;

  private SmallFileDirectory(StoreRoot root, LockedPart guard, Path path, Directory handle) {
    this.root = root;
    this.guard = guard;
    this.path = path;
    this.handle = handle;
  }

  static SmallFileDirectory create(StoreRoot root) throws IOException {
    LockedPart guard = LockedPart.create(root, WRITE);
    String name = guard.name().directory();
    try (Directory top = root.directory()) {
      Path path = root.path().resolve(name);
      Files.createDirectory(path, FileModes.ownerOnlyDirectory(path.getFileSystem()));
      return new SmallFileDirectory(root, guard, path, top.child(name));
    } catch (IOException | RuntimeException e) {
      guard.remove();
      throw e;
    }
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  /** The directory itself. */
  Directory handle() {
    return handle;
  }

  /** A name for something in it that no other thing has had. */
  String nextName() {
    return Long.toString(names++);
  }

  /** Whether something in such a directory may have got its name by {@link #nextName}. */
  static boolean isName(String entry) {
    return entry.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Removes it. What cannot be removed the next start of a server does. */
  @Override
  public void close() {
    try (handle;
        Directory top = root.directory()) {
      top.deleteDirectory(guard.name().directory());
    } catch (IOException e) {
      // Something is left in it that could not be removed either.
    } finally {
      guard.remove();
    }
  }
}
