package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.Download;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.ServerNames;
import dev.ferry.runtime.TransferListener;
import dev.ferry.runtime.TransferRunner;
import dev.ferry.runtime.TransportOptions;
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
final class RemoteList implements Closeable {
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

  /** There is no list. */
  static final class NoListException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient FailureText text;
    private final transient TransferFailure failure;

    private NoListException(FailureText text, TransferFailure failure) {
      super(text.message());
      this.text = text;
      this.failure = failure;
    }

    FailureText text() {
      return text;
    }

    /** Whether the server makes no lists at all. */
    boolean isNotAnswered() {
      return isRefused(RefusalReason.NOT_PERMITTED);
    }

    /** Whether there is no such file and no such directory. */
    boolean isMissing() {
      return isRefused(RefusalReason.NO_SUCH_FILE);
    }

    /** Whether nothing can have that name. */
    boolean isNotAllowed() {
      return isRefused(RefusalReason.NAME_NOT_ALLOWED);
    }

    private boolean isRefused(RefusalReason reason) {
      return failure instanceof TransferFailure.Refused refused && refused.reason() == reason;
    }
  }

  /**
   * Has a list made, and fetches it.
   *
   * @param place the directory, or a file
   * @param all whether what is in the directories in it is wanted, too
   * @throws NoListException if the server has none, or is not reached
   * @throws CommandException if it cannot be kept here, or the options are wrong
   */
  static RemoteList fetch(Remote place, boolean all, Options options, Console console)
      throws NoListException, CommandException {
    SecurityOptions security = options.security();
    if (security.mode() == SecurityOptions.Mode.LAB) {
      throw ClientArguments.labExcludesFerry();
    }
    TransportOptions transport = options.transport(console);
    try (DiskWorkers diskWorkers = new DiskWorkers()) {
      RemoteList list =
          new RemoteList(Files.createTempDirectory("ferry-list"), options.copy().hardLinks());
      Download download =
          Download.list(
              place.path(),
              all,
              list.file,
              options.transfer(),
              security.inFerryMode(),
              diskWorkers);
      TransferRunner runner = new TransferRunner(download, transport, TransferListener.NOBODY);
      boolean fetched = false;
      try {
        ClientEvent end = runner.run(Addresses.resolveAll(place.server()));
        if (end instanceof ClientEvent.Failed failed) {
          throw none(place, failed.failure(), runner, options, security);
        }
        fetched = true;
        return list;
      } finally {
        if (!fetched) {
          list.close();
        }
      }
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot list: " + e.getMessage());
    }
  }

  private static NoListException none(
      Remote place,
      TransferFailure failure,
      TransferRunner runner,
      Options options,
      SecurityOptions security) {
    FailureContext context =
        new FailureContext(
            place.server(),
            place.path(),
            place.path(),
            FailureContext.hint(failure, runner.lastError(), security),
            false,
            true,
            options.needsTcp());
    FailureText text = FailureText.of(failure, context);
    NoListException none = new NoListException(text, failure);
    return none.isNotAnswered()
        ? new NoListException(
            new FailureText(
                ExitCode.NOT_PERMITTED,
                place.server()
                    + " lists no files; it takes --allow-list there, or the same key file at both"
                    + " ends"),
            failure)
        : none;
  }

  /** Where it is. */
  Path file() {
    return file;
  }

  /**
   * The next entry, which is not {@link #self}; null at the end.
   *
   * @throws ListException if it is malformed, or has more than a list may have
   * @throws IOException if it cannot be read
   */
  @Nullable ListEntry next() throws IOException {
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
  Set<String> unread() {
    return unread;
  }

  /**
   * Whether the list has said that it ends, and what it does not tell: servers of earlier versions
   * do not; once all entries have been read.
   */
  boolean isComplete() {
    return complete;
  }

  /**
   * Whether something may be there although it is not listed.
   *
   * @param name below what was listed
   */
  boolean mayHave(String name) {
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
  @Nullable ListEntry self() {
    return self;
  }

  /** Begins again with the first entry. */
  void rewind() throws IOException {
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
