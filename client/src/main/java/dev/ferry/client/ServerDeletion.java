package dev.ferry.client;

import dev.ferry.cli.HostPort;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.copy.CopyNames;
import dev.ferry.copy.HeldNames;
import dev.ferry.copy.RemoteList;
import dev.ferry.copy.ServerTree;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.CopyListener;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.tree.SourceNames;
import dev.ferry.tree.Surplus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes at a server what the sources of a copy do not have, behind all else: fetches lists of the
 * directories that the sources have become, and asks for what is surplus in them to be removed, all
 * over the connection of the copy. Thread-safe.
 */
final class ServerDeletion implements FileJobs {
  private final SourceNames sources;
  private final BooleanSupplier isComplete;
  private final HostPort server;
  private final Deletion deletion;
  private final CopyReport report;
  private final Consumer<String> onDeleted;
  private final RemovalQueue queue = new RemovalQueue(new Told());
  private final Queue<ServerQuestion> asked = new ArrayDeque<>();
  private final List<Listed> lists = new ArrayList<>();
  private Phase phase = Phase.NEW;
  private int listsUnderWay;
  private volatile boolean gaveUp;

  private enum Phase {
    NEW,
    LISTING,
    DELETING,
    OVER
  }

  /**
   * Creates a deletion that has not begun.
   *
   * @param sources all that they have, once everything has been copied
   * @param isComplete whether it is all
   * @param onDeleted is told the names at the server of what was deleted
   */
  ServerDeletion(
      SourceNames sources,
      BooleanSupplier isComplete,
      HostPort server,
      CopyOptions options,
      CopyReport report,
      Consumer<String> onDeleted) {
    this.sources = sources;
    this.isComplete = isComplete;
    this.server = server;
    this.deletion = new Deletion(options, report);
    this.report = report;
    this.onDeleted = onDeleted;
  }

  /** From now on nothing is asked; what has been asked will have its outcome. */
  void giveUp() {
    gaveUp = true;
  }

  @Override
  public synchronized @Nullable ServerQuestion next() throws InterruptedException {
    if (gaveUp || phase == Phase.OVER) {
      return null;
    }
    if (phase == Phase.NEW) {
      phase = begin() ? Phase.LISTING : Phase.OVER;
    }
    if (phase == Phase.LISTING) {
      ServerQuestion question = asked.poll();
      if (question != null) {
        return question;
      }
      while (listsUnderWay > 0) {
        wait();
      }
      phase = plan() ? Phase.DELETING : Phase.OVER;
    }
    if (phase == Phase.DELETING && !gaveUp) {
      ServerQuestion question = queue.next();
      if (question != null) {
        return question;
      }
      queue.awaitOutcomes();
      phase = Phase.OVER;
    }
    return null;
  }

  /** Whether there is something that is to be listed. */
  private boolean begin() {
    if (!deletion.mayBegin()) {
      return false;
    }
    if (!isComplete.getAsBoolean()) {
      report.notDeleted("the sources were not looked through to their end");
      return false;
    }
    try {
      for (String name : sources.outermost()) {
        Listed listed = new Listed(name, RemoteList.create(true));
        lists.add(listed);
        listsUnderWay++;
        asked.add(new ServerQuestion(Subject.LIST, name, listed.list.file(), 0, listed));
      }
      return true;
    } catch (IOException e) {
      report.notDeleted("there is no place for a list: " + e.getMessage());
      return false;
    }
  }

  /** Whether something is to be deleted. */
  private boolean plan() {
    try {
      for (Listed listed : lists) {
        TransferFailure cause = listed.failure;
        if (cause != null && CopyListener.concernsOneFile(cause)) {
          report.notDeleted(reason(cause));
        } else if (cause != null) {
          report.nothingDeleted("the server has not said what it has"); // And why not is said.
        }
        if (cause != null) {
          return false;
        }
      }
      Surplus surplus =
          Surplus.of(sources, this::show, (name, isDirectory) -> false, deletion.isCopied());
      if (!deletion.confirms(surplus)) {
        return false;
      }
      queue.add(surplus.files());
      surplus.directories().forEach(queue::add);
      return true;
    } catch (IOException e) {
      report.notDeleted("a list cannot be read: " + e.getMessage());
      return false;
    } finally {
      close();
    }
  }

  private String reason(TransferFailure failure) {
    return failure instanceof TransferFailure.Refused refused
            && (failure == TransferFailure.Refused.UNANSWERED
                || refused.reason() == RefusalReason.NOT_PERMITTED)
        ? server + " lists no files; it takes --allow-list there, or the same key file at both ends"
        : server + " has not said what it has";
  }

  private void show(Surplus.Visitor visitor) throws IOException {
    for (Listed listed : lists) {
      if (listed.isThere) {
        listed.show(visitor);
      }
    }
  }

  private void close() {
    for (Listed listed : lists) {
      try {
        listed.list.close();
      } catch (IOException e) {
        // It lies among temporary files.
      }
    }
  }

  private synchronized void listed() {
    listsUnderWay--;
    notifyAll();
  }

  /** What a directory has. */
  private final class Listed implements ServerQuestion.Listener {
    private final String name;
    private final RemoteList list;
    private boolean isThere;
    private @Nullable TransferFailure failure;

    Listed(String name, RemoteList list) {
      this.name = name;
      this.list = list;
    }

    void show(Surplus.Visitor visitor) throws IOException {
      list.rewind();
      HeldNames held = new HeldNames();
      for (ListEntry entry = list.next(); entry != null; entry = list.next()) {
        if (!entry.name().isEmpty()) {
          held.add(entry.name());
          visitor.visit(CopyNames.join(name, entry.name()), entry.kind() == FileKind.DIRECTORY);
        }
      }
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      isThere = true;
      listed();
    }

    @Override
    public void failed(TransferFailure cause) {
      if (!ServerTree.isMissing(cause)) {
        failure = cause;
      }
      listed();
    }
  }

  private final class Told implements RemovalQueue.Outcomes {
    @Override
    public void removed(String name) {
      report.deleted(name);
      onDeleted.accept(name);
    }

    @Override
    public void notRemoved(String name, TransferFailure failure) {
      boolean isNotEmpty =
          failure instanceof TransferFailure.Refused refused
              && refused.reason() == RefusalReason.CANNOT_CREATE;
      if (isNotEmpty) {
        report.stays(name);
      } else if (!ServerTree.isMissing(failure)) {
        report.notRemoved(new Remote(server, name), failure);
      }
    }
  }
}
