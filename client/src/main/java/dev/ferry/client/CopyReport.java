package dev.ferry.client;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Units;
import dev.ferry.copy.RemoteSource;
import dev.ferry.copy.TreeListener;
import dev.ferry.copy.Verdicts;
import dev.ferry.copy.VerifyListener;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.CopyListener;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.UnsendableException;
import dev.ferry.tree.Found;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports a copy of many files to the user: one progress bar, a line for each file that is not
 * copied, and a summary; or JSON lines. Thread-safe.
 */
final class CopyReport implements TreeListener, VerifyListener {
  private static final long JSON_PROGRESS_NS = 500 * Nanos.MILLISECOND;

  /** Why there is no further name of a file. */
  private static final FailureText FIRST_FAILED =
      new FailureText(ExitCode.CANNOT_CREATE, "the file that it is another name of was not copied");

  private final Console console;
  private final HostPort server;
  private final boolean fetching;
  private final SecurityOptions security;
  private final boolean overTcp;
  private final @Nullable ProgressBar bar;
  private final @Nullable FailedList list;

  /** Files that are on their way, and how much of each has arrived. */
  private final IdentityHashMap<FileJob, Progress> underWay = new IdentityHashMap<>();

  private final CopyTotals totals = new CopyTotals();
  private boolean saidTcp;
  private boolean planning;
  private boolean removing;

  /** Whether the user has been told of the outage that goes on. */
  private boolean saidRetrying;

  private boolean saidNotTaken;

  /** Sources that are patterns. */
  private Set<RemoteSource> patterns = Set.of();

  private @Nullable FailureText fatal;
  private String fatalCause = "";
  private long jsonProgressNs = Nanos.NEVER;

  /** How far a file is. */
  private static final class Progress {
    long sizeBytes;
    long doneBytes;
    long resumedBytes;

    Progress(long sizeBytes) {
      this.sizeBytes = sizeBytes;
    }
  }

  /**
   * Creates the report of one copy.
   *
   * @param overTcp whether only TCP is tried
   * @param list takes what is not copied; null for none
   */
  CopyReport(
      Console console,
      HostPort server,
      boolean fetching,
      SecurityOptions security,
      boolean overTcp,
      @Nullable FailedList list) {
    this.console = console;
    this.server = server;
    this.fetching = fetching;
    this.security = security;
    this.overTcp = overTcp;
    this.list = list;
    this.bar =
        console.hasRoomForProgress()
            ? new ProgressBar(console.err(), "", 0, Terminal.columns())
            : null;
  }

  @Override
  public synchronized void found(FileJob job) {
    totals.found(job.sizeBytes());
  }

  @Override
  public synchronized void firstFailed(String listed) {
    failed(listed, FIRST_FAILED);
  }

  @Override
  public synchronized void dressed() {
    totals.directory();
  }

  @Override
  public synchronized void skipped(Found.Skipped skipped) {
    totals.skipped();
    String shown = Escaper.escape(skipped.listed());
    if (console.json()) {
      console
          .out()
          .println(line("skipped").put("file", skipped.listed()).put("message", skipped.reason()));
    }
    if (!console.quiet()) {
      say("'" + shown + "' is left out: " + skipped.reason());
    }
  }

  @Override
  public synchronized void unchanged(FileJob job) {
    totals.unchanged(job.sizeBytes());
    if (console.json()) {
      console.out().println(named(line("unchanged"), job).put("sizeBytes", job.sizeBytes()));
    } else if (console.verbose() && !console.quiet()) {
      hideBar();
      console.out().println("unchanged '" + Escaper.escape(job.name()) + "'");
    }
  }

  @Override
  public synchronized void same(FileJob job) {
    totals.same(job.sizeBytes());
    if (console.json()) {
      console.out().println(named(line("same"), job).put("sizeBytes", job.sizeBytes()));
    } else if (console.verbose() && !console.quiet()) {
      hideBar();
      console.out().println("same '" + Escaper.escape(job.name()) + "'");
    }
  }

  @Override
  public synchronized void differs(FileJob job, Verdicts.Difference difference) {
    boolean missing = difference == Verdicts.Difference.MISSING;
    totals.differs(missing);
    addToList(job.listed());
    String event = missing ? "missing" : "differs";
    if (console.json()) {
      console.out().println(named(line(event), job).put("file", job.listed()));
    } else if (!console.quiet()) {
      hideBar();
      console.out().println(event + " '" + Escaper.escape(job.name()) + "'");
    }
  }

  @Override
  public synchronized void notVerified(FileJob job, TransferFailure failure) {
    if (!CopyListener.concernsOneFile(failure)) {
      notTried(job); // The reason is that of all of them.
      return;
    }
    FailureContext context =
        new FailureContext(
            server,
            job.listed(),
            job.name(),
            FailureContext.hint(failure, Optional.empty(), security),
            true,
            true,
            overTcp);
    FailureText text =
        failure instanceof TransferFailure.SourceFailed unread
            ? FailureText.unreadable(unread.cause())
            : FailureText.of(failure, context);
    failed(job.listed(), null, text, failure.kind().name(), TransferStats.NOTHING);
  }

  /** Nothing is transferred, and files are removed. */
  synchronized void removes() {
    removing = true;
  }

  /** Something was removed at the server. */
  synchronized void removed(String name) {
    totals.same(0);
    if (console.json()) {
      console.out().println(line("removed").put("name", name));
    } else if (console.verbose() && !console.quiet()) {
      console.out().println("removed '" + Escaper.escape(name) + "'");
    }
  }

  /** Something is still there. */
  synchronized void notRemoved(CopyOperand.Remote place, TransferFailure failure) {
    if (failure == TransferFailure.Refused.UNANSWERED) {
      failedAll(
          new FailureText(
              ExitCode.NOT_PERMITTED,
              server
                  + " removes no files; it takes --allow-delete there, or the same key file at both"
                  + " ends"));
    } else if (CopyListener.concernsOneFile(failure)) {
      FailureContext context =
          new FailureContext(
              server,
              place.path(),
              place.path(),
              FailureContext.hint(failure, Optional.empty(), security),
              true,
              false,
              overTcp);
      boolean isFull =
          failure instanceof TransferFailure.Refused refused
              && refused.reason() == RefusalReason.CANNOT_CREATE;
      FailureText text =
          isFull
              ? new FailureText(
                  ExitCode.CANNOT_CREATE,
                  "a directory that is not empty, or not for this client; -r removes what is in it,"
                      + " too")
              : FailureText.of(failure, context);
      failed(place.shown(), null, text, failure.kind().name(), TransferStats.NOTHING);
    } else {
      totals.left();
    }
  }

  /** Whether nothing has failed so far, and nothing was left. */
  synchronized boolean isClean() {
    return fatal == null && !totals.hasTrouble();
  }

  /** Something at the destination was deleted. */
  synchronized void deleted(String name) {
    totals.deleted();
    if (console.json()) {
      console.out().println(line("deleted").put("name", name));
    } else if (console.verbose() && !console.quiet()) {
      hideBar();
      console.out().println("deleted '" + Escaper.escape(name) + "'");
    }
  }

  /** Something at the destination would be deleted. */
  synchronized void wouldDelete(String name) {
    totals.deleted();
    if (console.json()) {
      console.out().println(line("surplus").put("name", name));
    } else if (!console.quiet()) {
      console.out().println("would delete '" + Escaper.escape(name) + "'");
    }
  }

  /** A directory that the sources do not have stays. */
  synchronized void stays(String name) {
    if (!console.quiet()) {
      say("'" + Escaper.escape(name) + "' is not deleted: something in it stays");
    }
  }

  /** Nothing is deleted, because of what the user has been told of already. */
  synchronized void nothingDeleted(String reason) {
    if (!console.quiet()) {
      say("nothing is deleted: " + reason);
    }
  }

  /** Nothing is deleted, which is a failure. */
  synchronized void notDeleted(String reason) {
    failedAll(new FailureText(ExitCode.NOT_PERMITTED, "nothing is deleted: " + reason));
  }

  /** The user has set a limit. */
  synchronized void tooMuchToDelete(long count, long most) {
    notDeleted(count + " would be, and --max-delete is " + most);
  }

  /** Says how a removal ended. */
  synchronized void endOfRemoval() {
    clear();
    if (console.json()) {
      console.out().println(totals.putRemoved(line("cleared")).put("exitCode", worst().code()));
    } else if (!console.quiet()) {
      console.out().println("removed " + totals.removed());
    }
  }

  @Override
  public synchronized void cannotVerify() {
    failedAll(
        new FailureText(
            ExitCode.NOT_PERMITTED,
            server + " does not say what its files hold, or is an older version"));
  }

  /** Says how a verification ended. */
  synchronized void endOfVerify(long durationNs) {
    clear();
    if (console.json()) {
      console
          .out()
          .println(
              totals.putVerified(line("verified"), durationNs).put("exitCode", worst().code()));
    } else if (!console.quiet()) {
      console.out().println("verified " + totals.verified());
    }
  }

  @Override
  public synchronized void notCompared() {
    if (console.verbose() && !console.quiet()) {
      say(server + " tells nothing of the files that it has: all of them are copied");
    }
  }

  @Override
  public synchronized void lost(TransferFailure failure, Optional<IOException> error) {
    FailureContext context =
        new FailureContext(
            server, "", "", FailureContext.hint(failure, error, security), true, fetching, overTcp);
    FailureText text = FailureText.of(failure, context);
    if (planning && !fetching) {
      say(text.message() + "; what is there is not known");
    } else if (fatal == null && !(failure instanceof TransferFailure.Stopped)) {
      fatal = text;
      fatalCause = failure.kind().name();
    }
  }

  /** Nothing is to be copied; a server that says nothing is no failure. */
  synchronized void plans() {
    planning = true;
  }

  @Override
  public synchronized void failed(String listed, IOException cause) {
    failed(listed, null, FailureText.unreadable(cause), "SOURCE", TransferStats.NOTHING);
  }

  /** Says which sources are patterns. */
  synchronized void patterns(Set<RemoteSource> newPatterns) {
    patterns = newPatterns;
  }

  @Override
  public synchronized void notListed(RemoteSource source, TransferFailure failure) {
    if (!CopyListener.concernsOneFile(failure)) {
      return; // The reason is that of all of them.
    }
    boolean refused = failure instanceof TransferFailure.Refused;
    RefusalReason reason =
        refused ? ((TransferFailure.Refused) failure).reason() : RefusalReason.IO_ERROR;
    boolean matchesNothing =
        patterns.contains(source)
            && (reason == RefusalReason.NO_SUCH_FILE || reason == RefusalReason.NAME_NOT_ALLOWED);
    if (matchesNothing) {
      String message = "nothing there matches this pattern";
      failed(source.shown(), new FailureText(ExitCode.NO_INPUT, message));
    } else if (reason == RefusalReason.NOT_PERMITTED) {
      failedAll(ListFetch.noLists(server));
    } else {
      FailureContext context =
          new FailureContext(
              server,
              source.path(),
              source.path(),
              FailureContext.hint(failure, Optional.empty(), security),
              false,
              true,
              overTcp);
      failed(source.shown(), FailureText.of(failure, context));
    }
  }

  @Override
  public synchronized void unreadable(String shown) {
    failed(
        shown,
        new FailureText(
            ExitCode.NOT_PERMITTED, "the server cannot read what is in this directory"));
  }

  @Override
  public synchronized void unknownTarget(String shown) {
    failed(
        shown,
        new FailureText(
            ExitCode.NOT_PERMITTED,
            "where the link leads is not told; the server lists that with --allow-links, of"
                + " links to something that it serves"));
  }

  @Override
  public synchronized void unstorable(String shown, String place, StorageException cause) {
    failed(shown, FailureText.unstorable(cause, place));
  }

  /** Something at the server cannot be had. */
  synchronized void failed(String listed, FailureText text) {
    failed(listed, null, text, "SERVER", TransferStats.NOTHING);
  }

  /** Nothing more can be had of the server. */
  private void failedAll(FailureText text) {
    if (fatal == null) {
      fatal = text;
      fatalCause = "SERVER";
    }
  }

  @Override
  public synchronized void notTried(FileJob job) {
    left(job);
  }

  private void left(FileJob job) {
    underWay.remove(job);
    if (job.kind() != FileKind.DIRECTORY) {
      totals.left();
      addToList(job.listed());
    }
  }

  @Override
  public synchronized void notTaken(FileJob job) {
    switch (job.kind()) {
      case DIRECTORY -> directoryNotTaken();
      case LINK -> linkNotTaken(job, "symbolic links; --allow-links there lets it");
      case OTHER_NAME -> linkNotTaken(job, "other names of files");
      case FILE, UNTOLD -> throw new IllegalStateException("every server takes regular files");
    }
  }

  /** Directories come to be with what is in them all the same. */
  private void directoryNotTaken() {
    if (!saidNotTaken && console.verbose() && !console.quiet()) {
      saidNotTaken = true;
      say(server + " takes neither empty directories nor the times of any");
    }
  }

  private void linkNotTaken(FileJob job, String what) {
    String message = server + " takes no " + what;
    FailureText text = new FailureText(ExitCode.NOT_PERMITTED, message);
    failed(job.listed(), job, text, TransferFailure.Kind.REFUSED.name(), TransferStats.NOTHING);
  }

  @Override
  public synchronized void linked(String shown) {
    totals.found(0);
    totals.completed(0, 0);
  }

  @Override
  public synchronized void goesOnOverTcp() {
    if (!console.quiet() && !saidTcp) {
      saidTcp = true;
      say("no answer from " + server + " over UDP; going on over TCP");
    }
  }

  @Override
  public synchronized void retrying(
      FileJob job, TransferFailure failure, long withoutProgressNs, long pauseNs) {
    if (console.json()) {
      console
          .out()
          .println(
              named(line("retrying"), job)
                  .put("cause", failure.kind().name())
                  .put("withoutProgressNs", withoutProgressNs)
                  .put("pauseNs", pauseNs));
    } else if (!console.quiet() && !saidRetrying) {
      saidRetrying = true;
      say(
          failure instanceof TransferFailure.Refused
              ? server + " is busy; it is asked again"
              : "no contact with " + server + " any more; trying again");
    }
  }

  @Override
  public synchronized void connected(FileJob job, ClientEvent.Connected event) {
    saidRetrying = false;
    Progress progress = progressOf(job);
    totals.grow(event.sizeBytes() - progress.sizeBytes);
    progress.sizeBytes = event.sizeBytes();
    progress.resumedBytes = event.resumedBytes();
  }

  private Progress progressOf(FileJob job) {
    return underWay.computeIfAbsent(job, each -> new Progress(each.sizeBytes()));
  }

  @Override
  public synchronized void progress(FileJob job, long doneBytes, long nowNs) {
    progressOf(job).doneBytes = doneBytes;
    long arrived = totals.doneBytes();
    for (Progress each : underWay.values()) {
      arrived += each.doneBytes;
    }
    if (bar != null) {
      bar.setName(totals.files());
      bar.setTotal(Math.max(arrived, totals.sizeBytes()));
      bar.update(arrived, nowNs);
    }
    if (console.json()
        && (jsonProgressNs == Nanos.NEVER || nowNs - jsonProgressNs >= JSON_PROGRESS_NS)) {
      jsonProgressNs = nowNs;
      console
          .out()
          .println(line("progress").put("doneBytes", arrived).put("sizeBytes", totals.sizeBytes()));
    }
  }

  @Override
  public synchronized void completed(FileJob job, ClientEvent.Completed event) {
    Progress progress = progressOf(job);
    underWay.remove(job);
    if (job.kind() == FileKind.DIRECTORY) {
      totals.directory();
      return;
    }
    totals.completed(progress.sizeBytes, progress.resumedBytes);
    if (console.json()) {
      JsonLine line =
          ClientReport.stats(
                  named(line("finished"), job).put("sizeBytes", progress.sizeBytes), event.stats())
              .put("resumedBytes", progress.resumedBytes);
      console
          .out()
          .println(event.sha256Hex() == null ? line : line.put("sha256", event.sha256Hex()));
    } else if (console.verbose() && !console.quiet()) {
      hideBar();
      console
          .out()
          .println(
              (fetching ? "fetched '" : "sent '")
                  + Escaper.escape(job.name())
                  + "': "
                  + Units.formatBytes(progress.sizeBytes));
    }
  }

  @Override
  public synchronized void failed(
      FileJob job, ClientEvent.Failed event, Optional<IOException> error) {
    TransferFailure failure = event.failure();
    FailureContext context =
        new FailureContext(
            server,
            job.listed(),
            job.name(),
            FailureContext.hint(failure, error, security),
            true,
            fetching,
            overTcp);
    FailureText text = FailureText.of(failure, context);
    if (CopyListener.concernsOneFile(failure)) {
      failed(job.listed(), job, text, failure.kind().name(), event.stats());
      return;
    }
    left(job);
    if (fatal == null && !(failure instanceof TransferFailure.Stopped)) {
      fatal = text;
      fatalCause = failure.kind().name();
    }
  }

  @Override
  public synchronized void failed(FileJob job, IOException cause) {
    FailureText text =
        cause instanceof UnsendableException unsendable
            ? FailureText.unsendable(unsendable)
            : cause instanceof StorageException unstorable
                ? FailureText.unstorable(unstorable, job.path().toString())
                : FailureText.unreadable(cause);
    failed(job.listed(), job, text, "LOCAL", TransferStats.NOTHING);
  }

  private void failed(
      String listed, @Nullable FileJob job, FailureText text, String cause, TransferStats stats) {
    if (job != null) {
      underWay.remove(job);
    }
    totals.failed(text.exitCode());
    addToList(listed);
    if (console.json()) {
      JsonLine line = job == null ? line("failed") : named(line("failed"), job);
      console
          .out()
          .println(
              ClientReport.stats(line, stats)
                  .put("file", listed)
                  .put("cause", cause)
                  .put("message", text.message())
                  .put("exitCode", text.exitCode().code()));
    }
    // Some messages begin with the path.
    String message = text.message();
    say(message.startsWith("'") ? message : "'" + Escaper.escape(listed) + "': " + message);
  }

  private void addToList(String listed) {
    if (list != null) {
      list.add(listed);
    }
  }

  private void say(String message) {
    hideBar();
    console.err().println("ferry client: " + message);
  }

  private void hideBar() {
    if (bar != null) {
      bar.hide();
    }
  }

  /** Removes the progress bar from the terminal. */
  void clear() {
    if (bar != null) {
      bar.end();
    }
  }

  /** What ended all transfers; null if nothing did. */
  synchronized @Nullable FailureText fatal() {
    return fatal;
  }

  /** The worst of all failures. */
  synchronized ExitCode worst() {
    FailureText text = fatal;
    return text == null ? totals.worst() : CopyTotals.worse(totals.worst(), text.exitCode());
  }

  /** Says how all of it ended. */
  synchronized void end(long durationNs) {
    clear();
    if (console.json()) {
      FailureText text = fatal;
      if (text != null) {
        console
            .out()
            .println(
                line("failed")
                    .put("cause", fatalCause)
                    .put("message", text.message())
                    .put("exitCode", text.exitCode().code()));
      }
      console.out().println(totals.put(line("copied"), durationNs).put("exitCode", worst().code()));
    } else if (!console.quiet()) {
      console.out().println((fetching ? "fetched " : "sent ") + totals.summary(durationNs));
    }
  }

  /**
   * Says what would be done with a file.
   *
   * @param brokenRule why some servers would not take its name; empty if all would
   */
  synchronized void wouldCopy(FileJob job, String brokenRule) {
    if (!brokenRule.isEmpty() && !console.quiet()) {
      String name = "'" + Escaper.escape(job.name()) + "'";
      say("the server may turn the name " + name + " down: " + brokenRule);
    }
    boolean isDirectory = job.kind() == FileKind.DIRECTORY;
    if (isDirectory) {
      totals.directory();
    } else {
      totals.completed(job.sizeBytes(), 0);
    }
    if (console.json()) {
      console
          .out()
          .println(
              named(line("planned"), job)
                  .put("kind", JsonEvent.name(job.kind()))
                  .put("file", job.listed())
                  .put("sizeBytes", job.sizeBytes()));
    } else if (!console.quiet()) {
      String size = fetching || isDirectory ? "" : ": " + Units.formatBytes(job.sizeBytes());
      console
          .out()
          .println(
              "would "
                  + (fetching ? "fetch '" : "send '")
                  + Escaper.escape(job.name())
                  + (isDirectory ? "/'" : "'")
                  + size);
    }
  }

  /** Says what would be done in all. */
  synchronized void endOfDryRun() {
    if (console.json()) {
      console.out().println(totals.put(line("copied"), 0).put("exitCode", worst().code()));
    } else if (!console.quiet()) {
      console.out().println("would " + (fetching ? "fetch " : "send ") + totals.plan());
    }
  }

  private static JsonLine named(JsonLine line, FileJob job) {
    return line.put("name", job.name());
  }

  private JsonLine line(String event) {
    return JsonEvent.of(ClientReport.SCHEMA, event)
        .put("server", server.toString())
        .put("operation", removing ? "remove" : fetching ? "get" : "put");
  }
}
