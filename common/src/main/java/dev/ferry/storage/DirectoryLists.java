package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore.ListListener;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes lists of directories below a root, for peers: of what they could fetch, and of the
 * directories and links beside it. One is made at a time, into a file; nothing of it is held in
 * memory. Those who want one have their turns, however many another one wants. Links are not
 * followed. Used from the engine's thread.
 */
final class DirectoryLists {
  /** How many may wait for their turn; the others are to come again. */
  private static final int MAX_WAITING = 256;

  /** How many of one owner, so that a quarter is left to others. */
  private static final int MAX_WAITING_OF_ONE = 192;

  /** Each of them is an open handle while the list is made. */
  private static final int MAX_DEPTH = 100;

  private static final int RETRY_SECONDS = 1;

  /** How much of the disk all lists take that are made, or are being fetched. */
  static final long MAX_DISK_BYTES = ListEntry.MAX_LIST_BYTES;

  private final Path root;
  private final AccessRules access;
  private final FairWorkers inTurn;
  private final EngineThread engineThread;
  private final SecureRandom random = new SecureRandom();
  private final long mostFirstNamesBytes;

  /** Who waits for how many lists. */
  private final Map<Bytes, Integer> waiting = new HashMap<>();

  private int waitingInAll;

  private final AtomicLong diskBytes;

  /**
   * Lists nothing yet.
   *
   * @param diskBytes what all lists take of the disk
   */
  DirectoryLists(
      Path root,
      AccessRules access,
      Executor diskWorkers,
      EngineThread engineThread,
      AtomicLong diskBytes) {
    this(
        root,
        access,
        diskWorkers,
        engineThread,
        diskBytes,
        Runtime.getRuntime().maxMemory() / HEAP_PART);
  }

  /**
   * The same in a heap of another size.
   *
   * @param mostFirstNamesBytes how much the names of files with several names may take
   */
  DirectoryLists(
      Path root,
      AccessRules access,
      Executor diskWorkers,
      EngineThread engineThread,
      AtomicLong diskBytes,
      long mostFirstNamesBytes) {
    this.diskBytes = diskBytes;
    this.mostFirstNamesBytes = mostFirstNamesBytes;
    this.root = root;
    this.access = access;
    this.inTurn = new FairWorkers(new SerialExecutor(diskWorkers));
    this.engineThread = engineThread;
  }

  /**
   * What a peer wants.
   *
   * @param name of a directory, or a file, not yet checked; empty for the root
   * @param all whether what is in the directories in it is wanted, too
   * @param kinds which kinds of files the peer takes, as the sum of their bits
   */
  record Wanted(String name, boolean all, long kinds) {}

  /**
   * Makes a list.
   *
   * @param owner whose turn is waited for
   */
  void list(Bytes owner, Wanted wanted, ListListener listener, long nowNs) {
    Bytes one = FairWorkers.whoseTurn(owner);
    if (!enter(one)) {
      listener.failed(StorageException.busy("too many lists at a time", RETRY_SECONDS), nowNs);
      return;
    }
    try {
      inTurn.of(one).execute(() -> make(one, wanted, listener));
    } catch (RejectedExecutionException e) {
      leave(one);
      listener.failed(StorageException.busy("it stops", RETRY_SECONDS), nowNs);
    }
  }

  private synchronized boolean enter(Bytes owner) {
    if (waitingInAll >= MAX_WAITING || waiting.getOrDefault(owner, 0) >= MAX_WAITING_OF_ONE) {
      return false;
    }
    waitingInAll++;
    waiting.merge(owner, 1, Integer::sum);
    return true;
  }

  private synchronized void leave(Bytes owner) {
    waitingInAll--;
    waiting.computeIfPresent(owner, (one, count) -> count == 1 ? null : count - 1);
  }

  private void make(Bytes owner, Wanted wanted, ListListener listener) {
    try {
      ListFile list = make(wanted);
      engineThread.execute(nowNs -> listener.listed(list, nowNs));
    } catch (NoSuchFileException | NotRegularFileException e) {
      tell(listener, DiskSourceStore.none(e));
    } catch (IOException e) {
      StorageException translated = StorageErrors.translate("cannot list the directory", e);
      boolean isNone = translated.reason() == RefusalReason.CANNOT_CREATE;
      tell(listener, isNone ? DiskSourceStore.none(translated) : translated);
    } finally {
      leave(owner);
    }
  }

  private void tell(ListListener listener, StorageException cause) {
    engineThread.execute(nowNs -> listener.failed(cause, nowNs));
  }

  private ListFile make(Wanted wanted) throws IOException {
    ListFile list = ListFile.create(root, random, true, engineThread, diskBytes);
    boolean made = false;
    try {
      Gathering gathering = new Gathering(list, wanted);
      gathering.gather(RemoteName.withoutDot(wanted.name()));
      gathering.end();
      list.finish();
      made = true;
      return list;
    } finally {
      if (!made) {
        list.close();
      }
    }
  }

  /** Of so many files with several names the first one is remembered while a list is made. */
  private static final int MAX_FIRST_NAMES = 1 << 16;

  /** What takes one beside its characters. */
  private static final int FIRST_NAME_BYTES = 150;

  /** They take such a part of the heap, at most. */
  private static final int HEAP_PART = 64;

  /** One list while it is made. */
  private final class Gathering {
    private final ListFile list;
    private final boolean all;
    private final long kinds;
    private final Map<Object, String> firstNames = new HashMap<>();
    private long firstNamesBytes;
    private int entries;

    Gathering(ListFile list, Wanted wanted) {
      this.list = list;
      this.all = wanted.all();
      this.kinds = wanted.kinds();
    }

    /**
     * Gathers what is in a directory, or the file of that name.
     *
     * @param name empty for the root
     */
    void gather(String name) throws IOException {
      if (name.isEmpty()) {
        try (Directory top = Directory.open(root)) {
          gather(top, "", "", 0);
        }
        return;
      }
      RelativePath place = access.ferryNames().placeOf(name);
      try (Directory parent = Directory.open(root, place.directories())) {
        BasicFileAttributes found = parent.attributes(place.fileName());
        if (found == null) {
          throw new NoSuchFileException(name);
        }
        if (!found.isDirectory()) {
          add(name, "", parent.requireRegularFile(place.fileName()));
          return;
        }
        if ((kinds & FileKind.DIRECTORY.bit()) != 0) {
          add(name, "", found);
        }
        try (Directory directory = parent.child(place.fileName())) {
          gather(directory, name + "/", "", 0);
        }
      }
    }

    /**
     * Gathers what is in an open directory.
     *
     * @param path its name below the root, with a slash behind it
     * @param below its name below what is listed, likewise
     */
    private void gather(Directory directory, String path, String below, int depth)
        throws IOException {
      if (depth > MAX_DEPTH) {
        throw tooMuch("directories are more than " + MAX_DEPTH + " deep there");
      }
      directory.forEach(
          entry -> {
            if (!isNameable(path + entry)) {
              addUnnameable(entry, below);
              return;
            }
            BasicFileAttributes found = directory.attributes(entry);
            if (found == null || !add(path + entry, below + entry, found)) {
              return;
            }
            if (all && found.isDirectory()) {
              descend(directory, entry, path, below, depth);
            }
          });
    }

    private void descend(Directory directory, String entry, String path, String below, int depth)
        throws IOException {
      try (Directory child = directory.child(entry)) {
        gather(child, path + entry + "/", below + entry + "/", depth + 1);
      } catch (AccessDeniedException e) {
        addUntold(below + entry); // What is in it can be neither listed nor fetched.
      } catch (NoSuchFileException e) {
        // It was removed meanwhile.
      }
    }

    /** What peers cannot name is only mentioned, and not even that if it is hidden from them. */
    private void addUnnameable(String entry, String below) throws IOException {
      if (!RemoteName.mayBeHidden(entry) && UTF_8.newEncoder().canEncode(entry)) {
        addUntold(below + entry);
      }
    }

    /** There is something of which the list does not tell more, for clients that compare. */
    private void addUntold(String below) throws IOException {
      if ((kinds & FileKind.UNTOLD.bit()) != 0) {
        list.add(ListEntry.untold(below));
      }
    }

    /** Says that nothing else follows. */
    void end() throws IOException {
      if ((kinds & FileKind.UNTOLD.bit()) != 0) {
        list.add(ListEntry.end(!access.hiddenInFerryMode()));
      }
    }

    /** Whether peers may ask for it. */
    private boolean isNameable(String name) {
      try {
        access.ferryNames().placeOf(name);
        return UTF_8.newEncoder().canEncode(name);
      } catch (InvalidNameException e) {
        return false;
      }
    }

    /** Returns whether the entry is of a kind that is listed. */
    private boolean add(String name, String below, BasicFileAttributes found) throws IOException {
      FileKind kind = kindOf(found);
      boolean isOwn =
          kind == FileKind.FILE
              && access.isOwn(access.ferryNames().placeOf(name).below(root), found);
      if (kind == null || isOwn) {
        addUntold(below);
        return false;
      }
      if (++entries > ListEntry.MAX_ENTRIES) {
        throw tooMuch("there are more than " + ListEntry.MAX_ENTRIES + " files there");
      }
      long size = kind == FileKind.FILE ? Math.min(found.size(), FileAttributes.MAX_SIZE_BYTES) : 0;
      String first = kind == FileKind.FILE ? firstNameOf(name, below, found) : below;
      if (!first.equals(below)) {
        addEntry(FileKind.OTHER_NAME, size, found, below, first);
        return true;
      }
      addEntry(kind, size, found, below, kind == FileKind.LINK ? targetOf(name) : "");
      return true;
    }

    private void addEntry(
        FileKind kind, long size, BasicFileAttributes found, String below, String target)
        throws IOException {
      list.add(
          new ListEntry(
              kind,
              size,
              FileTimes.toNanos(found.lastModifiedTime()),
              FileModes.bitsOf(found),
              below,
              target));
    }

    /** The name in this list under which a file has come already; its own if there is none. */
    private String firstNameOf(String name, String below, BasicFileAttributes found)
        throws IOException {
      boolean isAsked = (kinds & FileKind.OTHER_NAME.bit()) != 0 && !below.isEmpty();
      if (!isAsked || found.fileKey() == null) {
        return below;
      }
      String first = firstNames.get(found.fileKey());
      if (first == null
          && firstNames.size() < MAX_FIRST_NAMES
          && firstNamesBytes + bytesOf(below) <= mostFirstNamesBytes
          && LinkCount.isAboveOne(access.ferryNames().placeOf(name).below(root))) {
        firstNames.put(found.fileKey(), below);
        firstNamesBytes += bytesOf(below);
      }
      return first == null ? below : first;
    }

    /** What it takes to remember a name; two bytes for each character where one has no Latin-1. */
    private static long bytesOf(String name) {
      return FIRST_NAME_BYTES + 2L * name.length();
    }

    /** Where a link leads; empty if that is nobody's business, or out of the root. */
    private String targetOf(String name) throws IOException {
      if (!access.links()) {
        return "";
      }
      RelativePath place = access.ferryNames().placeOf(name);
      String target;
      try {
        target = EntrySource.targetOf(place.below(root));
      } catch (NoSuchFileException | NotLinkException e) {
        return ""; // It was replaced meanwhile.
      }
      return LinkTarget.isAllowed(place, target) ? target : "";
    }
  }

  private static StorageException tooMuch(String told) {
    return new StorageException(RefusalReason.TOO_LARGE, told, told, null);
  }

  /** Null for what is not listed, such as devices. */
  private static @Nullable FileKind kindOf(BasicFileAttributes found) {
    if (found.isRegularFile()) {
      return FileKind.FILE;
    }
    if (found.isDirectory()) {
      return FileKind.DIRECTORY;
    }
    return found.isSymbolicLink() ? FileKind.LINK : null;
  }
}
