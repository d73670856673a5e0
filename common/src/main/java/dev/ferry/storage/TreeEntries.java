package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is below a root beside regular files. Links are not followed, nor is anything written
 * through them. Whatever is made is durable when the call returns. Thread-safe.
 */
final class TreeEntries {
  /**
   * How often another process may take what lies in the root under a temporary name for left over.
   */
  private static final int MAX_ATTEMPTS = 3;

  private final StoreRoot root;

  TreeEntries(StoreRoot root) {
    this.root = root;
  }

  /** A step that is taken again if what it has made under a temporary name is gone. */
  private interface Step {
    void take(PartName temporary) throws IOException;
  }

  private void attempt(Step step) throws IOException {
    for (int i = 1; i < MAX_ATTEMPTS; i++) {
      try {
        step.take(root.inventPartName());
        return;
      } catch (NoSuchFileException e) {
        // Once more.
      }
    }
    step.take(root.inventPartName());
  }

  /**
   * Makes a directory, and those that lead to it, as far as they are missing.
   *
   * @param preserved whose time and mode it gets, the mode as {@link AccessRules#modes} allows;
   *     null for those that come of themselves
   * @param mayChange whether one that is there gets them, too
   */
  void makeDirectory(RelativePath place, @Nullable FileAttributes preserved, boolean mayChange)
      throws IOException {
    attempt(temporary -> makeDirectory(place, preserved, mayChange, temporary));
  }

  private void makeDirectory(
      RelativePath place, @Nullable FileAttributes preserved, boolean mayChange, PartName temporary)
      throws IOException {
    try (Directory parent = root.walk(place.directories(), temporary)) {
      BasicFileAttributes existing = parent.attributes(place.fileName());
      if (existing != null && !existing.isDirectory()) {
        throw taken("it is taken by something that is no directory");
      }
      try (Directory made = root.child(parent, place.fileName(), temporary)) {
        if (preserved != null && (existing == null || mayChange)) {
          dress(made, preserved);
        }
      }
    }
  }

  /**
   * Makes a symbolic link, and the directories that lead to it. It replaces nothing but another
   * link.
   *
   * @param target where it leads, not yet checked
   * @param mayReplace whether it does that
   * @param preserved whose time it gets; null for the present time
   */
  void makeLink(
      RelativePath place, String target, boolean mayReplace, @Nullable FileAttributes preserved)
      throws IOException {
    LinkTarget.check(place, target);
    attempt(temporary -> makeLink(place, target, mayReplace, preserved, temporary));
  }

  private void makeLink(
      RelativePath place,
      String target,
      boolean mayReplace,
      @Nullable FileAttributes preserved,
      PartName temporary)
      throws IOException {
    // In the root, whose path is the operator's; from there it is moved by handles.
    Path made = root.pathOf(temporary.part());
    Files.createSymbolicLink(made, NativePaths.of(made.getFileSystem(), target));
    if (preserved != null) {
      setTimeOfLink(made, preserved);
    }
    moveToItsPlace(temporary, place, existing -> checkReplaceable(existing, mayReplace));
  }

  /**
   * Makes another name of a regular file, and the directories that lead to it. It replaces nothing
   * but a regular file.
   *
   * @param first the name that the file has already
   * @param mayReplace whether it does that
   */
  void makeOtherName(RelativePath place, RelativePath first, boolean mayReplace)
      throws IOException {
    attempt(temporary -> makeOtherName(place, first, mayReplace, temporary));
  }

  private void makeOtherName(
      RelativePath place, RelativePath first, boolean mayReplace, PartName temporary)
      throws IOException {
    Object key = root.keyOf(first);
    Path made = root.pathOf(temporary.part());
    // Java links by paths only, in which somebody may have put a link meanwhile: so what was linked
    // is looked at before anybody can reach it.
    Files.createLink(made, root.pathOf(first));
    if (key != null && !key.equals(keyOf(made))) {
      Files.deleteIfExists(made);
      throw new IOException("another program replaces directories by links");
    }
    moveToItsPlace(
        temporary, place, existing -> checkReplaceableByName(place, existing, key, mayReplace));
  }

  private static @Nullable Object keyOf(Path made) throws IOException {
    return Files.readAttributes(made, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey();
  }

  private boolean checkReplaceableByName(
      RelativePath place, BasicFileAttributes existing, @Nullable Object key, boolean mayReplace)
      throws IOException {
    if (!existing.isRegularFile()) {
      throw taken("it is taken by something that is not a regular file");
    }
    root.requireNotOwn(place, existing);
    if (key != null && key.equals(existing.fileKey())) {
      return false; // It has that name already, and a move would do nothing.
    }
    if (!mayReplace) {
      throw exists();
    }
    return true;
  }

  private static boolean checkReplaceable(BasicFileAttributes existing, boolean mayReplace)
      throws StorageException {
    if (!existing.isSymbolicLink()) {
      throw taken("it is taken by something that is no link");
    }
    if (!mayReplace) {
      throw exists();
    }
    return true;
  }

  private static StorageException taken(String told) {
    return new StorageException(RefusalReason.CANNOT_CREATE, told, told, null);
  }

  private static StorageException exists() {
    return new StorageException(RefusalReason.EXISTS, "a file of this name exists");
  }

  private static void setTimeOfLink(Path link, FileAttributes preserved) {
    try {
      Files.getFileAttributeView(link, BasicFileAttributeView.class, NOFOLLOW_LINKS)
          .setTimes(FileTimes.ofNanos(preserved.modifiedNs()), null, null);
    } catch (IOException e) {
      // Not every file system keeps times of links, and nothing depends on them.
    }
  }

  /** Looks at what has a name already. */
  private interface Check {
    /** Whether it is to be replaced; else it stays, and is as good. */
    boolean isToBeReplaced(BasicFileAttributes existing) throws IOException;
  }

  /** Moves what lies in the root under a temporary name, of which nothing stays there. */
  private void moveToItsPlace(PartName temporary, RelativePath place, Check check)
      throws IOException {
    try (Directory parent = root.walk(place.directories(), temporary);
        Directory top = root.directory()) {
      root.inNamespace(
          () -> {
            BasicFileAttributes existing = parent.attributes(place.fileName());
            if (existing == null || check.isToBeReplaced(existing)) {
              moveAndCount(top, temporary.part(), parent, place.fileName(), existing);
            }
          });
      parent.sync();
    } finally {
      Files.deleteIfExists(root.pathOf(temporary.part()));
    }
  }

  private void moveAndCount(
      Directory top,
      String temporary,
      Directory parent,
      String name,
      @Nullable BasicFileAttributes existing)
      throws IOException {
    BasicFileAttributes made = top.attributes(temporary);
    if (made == null) {
      throw new NoSuchFileException(temporary);
    }
    long bytes = contentBytes(made) - (existing == null ? 0 : contentBytes(existing));
    int names = existing == null ? 1 : 0;
    root.space().name(bytes, names);
    try {
      top.move(temporary, parent, name);
    } catch (IOException e) {
      root.quota().changeBack(bytes, names);
      throw e;
    }
  }

  /** What something counts for, beside its name. */
  static long contentBytes(BasicFileAttributes attributes) {
    return attributes.isRegularFile() ? attributes.size() : 0;
  }

  /** Flushed before its mode, which may not even let its owner open it. */
  private void dress(Directory directory, FileAttributes preserved) throws IOException {
    directory.setModified(FileTimes.ofNanos(preserved.modifiedNs()));
    directory.sync();
    if (root.options().access().modes()) {
      directory.setPermissions(FileModes.ofBits(preserved.mode()));
    } else if (root.newDirectories().take(directory)) {
      directory.setPermissions(FileModes.ofBits(preserved.mode() | FileModes.OWNER_BITS));
    }
  }

  /**
   * Gives the root itself a time and a mode.
   *
   * @param isNew whether it was made for what comes into it
   */
  void dressRoot(FileAttributes preserved, boolean isNew) throws IOException {
    try (Directory top = root.directory()) {
      if (isNew) {
        root.newDirectories().add(top.attributes());
      }
      dress(top, preserved);
    }
  }
}
