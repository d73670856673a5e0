package dev.ferry.copy;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.runtime.ServerNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is in a directory at a server, in a file of this machine that goes when the list is closed:
 * it may be longer than fits into memory. Not thread-safe.
 */
public final class RemoteList implements Closeable {
  private final Path directory;
  private final Path file;

  /** Whether further names of files are told as such. */
  private final boolean otherNames;

  private @Nullable ListInput in;
  private @Nullable ListEntry self;

  /** The directory that came last. */
  private String directoryName = "";

  /** Directories that are listed without what is in them. */
  private final Set<String> unread = new TreeSet<>();

  /** What is there, and not listed. */
  private final Set<String> untold = new HashSet<>();

  private final HeldNames held = new HeldNames();
  private boolean complete;
  private boolean hides;

  /**
   * A list in a file.
   *
   * @param directory has it, under the name "list", and nothing else
   * @param otherNames whether further names of files are told as such
   */
  RemoteList(Path directory, boolean otherNames) {
    this.directory = directory;
    this.otherNames = otherNames;
    this.file = directory.resolve("list");
  }

  /**
   * A list that is still to come, into a temporary file.
   *
   * @param otherNames whether further names of files are told as such
   * @throws IOException if there is no place for it
   */
  public static RemoteList create(boolean otherNames) throws IOException {
    return new RemoteList(Files.createTempDirectory("ferry-list"), otherNames);
  }

  /** Where the list is to be stored before it is read. */
  public Path file() {
    return file;
  }

  /**
   * The next entry, which is not {@link #self}; null at the end.
   *
   * @throws ListException if it is malformed, or has more than a list may have
   * @throws IOException if it cannot be read
   */
  public @Nullable ListEntry next() throws IOException {
    ListInput opened = in;
    if (opened == null) {
      opened = ListInput.open(file);
      in = opened;
    }
    ListEntry entry = read(opened);
    if (isListed(entry)) {
      self = entry;
      entry = read(opened);
      if (isListed(entry)) {
        throw new ListException("the server's list names its own directory twice");
      }
    }
    return entry == null || otherNames || entry.kind() != FileKind.OTHER_NAME
        ? entry
        : asFile(entry);
  }

  /** The next entry that tells something. */
  private @Nullable ListEntry read(ListInput opened) throws IOException {
    ListEntry entry = opened.next();
    while (entry != null && entry.kind() == FileKind.UNTOLD) {
      note(entry);
      entry = opened.next();
    }
    if (entry != null && entry.kind() == FileKind.DIRECTORY) {
      directoryName = entry.name();
    }
    return entry;
  }

  private void note(ListEntry entry) throws ListException {
    if (entry.name().isEmpty()) {
      complete = true;
      hides = entry.target().equals(ListEntry.HIDDEN);
    } else if (entry.name().equals(directoryName)) {
      hold(unread, entry.name());
    } else {
      hold(untold, entry.name());
    }
  }

  private void hold(Set<String> names, String name) throws ListException {
    if (names.add(name)) {
      held.add(name);
    }
  }

  /** Directories that the server could not read; once all entries have been read. */
  public Set<String> unread() {
    return unread;
  }

  /**
   * Whether the list has said that it ends, and what it does not tell: servers of earlier versions
   * do not; once all entries have been read.
   */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Whether something may be there although it is not listed.
   *
   * @param name below what was listed
   */
  public boolean mayHave(String name) {
    if ((hides && ServerNames.mayBeHidden(name)) || ServerNames.isNowhere(name)) {
      return true;
    }
    for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
      if (untold.contains(name.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is what was listed, and nothing in it. */
  private static boolean isListed(@Nullable ListEntry entry) {
    return entry != null && entry.kind() == FileKind.DIRECTORY && entry.name().isEmpty();
  }

  private static ListEntry asFile(ListEntry entry) {
    return new ListEntry(
        FileKind.FILE, entry.sizeBytes(), entry.modifiedNs(), entry.mode(), entry.name(), "");
  }

  /**
   * What was listed, if it is a directory; null if the server has not said, or has not been read
   * yet.
   */
  public @Nullable ListEntry self() {
    return self;
  }

  /** Begins again with the first entry. */
  public void rewind() throws IOException {
    ListInput opened = in;
    if (opened != null) {
      opened.close();
      in = null;
    }
  }

  @Override
  public void close() throws IOException {
    rewind();
    Files.deleteIfExists(file);
    Files.deleteIfExists(directory);
  }
}
