package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.protocol.FileKind;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.DiskWorkers;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ParallelTransfers;
import dev.ferry.runtime.SecurityOptions;
import dev.ferry.runtime.ServerNames;
import dev.ferry.runtime.TransportOptions;
import dev.ferry.transport.ServerAddresses;
import dev.ferry.tree.SourceNames;
import dev.ferry.tree.SourceWalk;
import dev.ferry.tree.TreeSource;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Copies many files: the reaction to Ctrl-C, what becomes of the rest, and the outcome. */
final class CopyTask {
  /** How long an interrupted client tries to tell the server. */
  private static final long CLOSE_TIMEOUT_MS = 300;

  private final HostPort server;
  private final boolean fetching;
  private final Options options;
  private final Console console;
  private final SecurityOptions security;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * Creates a copy.
   *
   * @throws CommandException if there are options that do not go with it
   */
  CopyTask(HostPort server, boolean fetching, Options options, Console console)
      throws CommandException {
    this.server = server;
    this.fetching = fetching;
    this.options = options;
    this.console = console;
    if (options.stats().file() != null) {
      throw new CommandException(ExitCode.USAGE, "--stats is for one file, sent by put or get");
    }
    this.security = options.security();
    if (security.mode() == SecurityOptions.Mode.LAB) {
      throw ClientArguments.labExcludesFerry();
    }
  }

  /**
   * Sends what is found below some sources.
   *
   * @param directories at the server, which those of the sources become
   * @throws CommandException if nothing can be sent any more
   */
  ExitCode send(Iterator<TreeSource> sources, Collection<String> directories)
      throws CommandException {
    try (FailedList list = FailedList.open(options.copy())) {
      CopyReport report = report(list);
      SourceNames names = deletes() ? new SourceNames(options.copy().rules()) : null;
      SourceWalk walk =
          new SourceWalk(sources, options.copy().rules(), options.copy().treeLinks(), names);
      ScanQueue queue = new ScanQueue(walk, report, stopped::get);
      queue.start();
      FileJobs dressed = options.transfer().preserves() ? queue.directories() : () -> null;
      try (Comparison comparison = new Comparison(queue, false, comparing(), verdicts(report))) {
        if (!comparing().ignoreTimes()) {
          comparison.tree().look(directories);
        }
        ServerDeletion deletion =
            names == null
                ? null
                : new ServerDeletion(
                    names,
                    queue::isComplete,
                    server,
                    options.copy(),
                    report,
                    comparison::noteTouch);
        List<FileJobs> later =
            List.of(
                comparison.touching(queue.otherNames()),
                deletion == null ? () -> null : deletion,
                comparison.directories(dressed));
        return copy(comparison, later, report, list, deletion);
      }
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot copy: " + e.getMessage());
    }
  }

  /**
   * Fetches files and directories.
   *
   * @throws CommandException if nothing can be fetched any more
   */
  ExitCode fetch(List<Remote> sources, CopyTarget target) throws CommandException {
    CopyReport report = report(null);
    try (RemoteJobs jobs = new RemoteJobs(sources, target, options, console, report);
        Comparison comparison = new Comparison(jobs, true, comparing(), verdicts(report))) {
      comparison.with(job -> jobs.seen());
      List<FileJobs> later =
          List.of(jobs::makeOtherNames, deletes() ? jobs::deleteSurplus : () -> null, jobs::dress);
      return copy(comparison, later, report, null, null);
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot copy: " + e.getMessage());
    }
  }

  /**
   * Prints the digests of all files below a place at the server.
   *
   * @throws CommandException if none can be had
   */
  ExitCode digests(Remote place) throws CommandException {
    CopyReport report = report(null);
    CopyTarget nowhere = new CopyTarget(Path.of(""), true, false);
    try (RemoteJobs jobs = new RemoteJobs(List.of(place), nowhere, options, console, report)) {
      Comparison none = new Comparison(() -> null, true, comparing(), verdicts(report));
      TurnedJobs manifest = new TurnedJobs(List.of(new Manifest(jobs, place, console, report)));
      transfer(manifest, none, report, false, null);
      return outcome(report);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.IO_ERROR, "interrupted");
    }
  }

  /**
   * Removes files and directories at the server.
   *
   * @param all whether what is in directories is removed, too
   * @throws CommandException if nothing can be removed any more
   */
  ExitCode remove(List<Remote> places, boolean all) throws CommandException {
    CopyReport report = report(null);
    report.removes();
    Comparison none = new Comparison(() -> null, true, comparing(), verdicts(report));
    try {
      TurnedJobs removals =
          new TurnedJobs(List.of(new Removals(places, all, options, console, report)));
      transfer(removals, none, report, false, null);
      report.endOfRemoval();
      return outcome(report);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.IO_ERROR, "interrupted");
    }
  }

  /**
   * What is compared: nothing where no file may be replaced, because the user wants to know of
   * those that are there; and without times only digests.
   */
  private CompareOptions comparing() {
    CompareOptions chosen = options.copy().compare();
    boolean hasTimes = options.transfer().preserves() || chosen.checksum();
    boolean compares =
        options.copy().verify() || (hasTimes && !options.transfer().refusesToOverwrite());
    return compares ? chosen : CompareOptions.NONE;
  }

  private boolean deletes() {
    return options.copy().delete().wanted();
  }

  private Verdicts verdicts(CopyReport report) {
    return options.copy().verify() ? Verdicts.ofVerify(report) : Verdicts.ofCopy(report);
  }

  private CopyReport report(@Nullable FailedList list) {
    return new CopyReport(console, server, fetching, security, options.needsTcp(), list);
  }

  private ExitCode copy(
      Comparison jobs,
      List<FileJobs> later,
      CopyReport report,
      @Nullable FailedList list,
      @Nullable ServerDeletion deletion)
      throws CommandException, IOException {
    try {
      if (options.copy().dryRun()) {
        plan(jobs, later.get(0), later.get(1), report);
      } else {
        List<FileJobs> turns = new ArrayList<>(List.of(jobs));
        turns.addAll(later);
        transfer(new TurnedJobs(turns), jobs, report, list != null, deletion);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (list != null) {
      list.finish();
    }
    return outcome(report);
  }

  private static ExitCode outcome(CopyReport report) throws CommandException {
    FailureText fatal = report.fatal();
    if (fatal != null) {
      throw new CommandException(fatal.exitCode(), fatal.message(), true);
    }
    return report.worst();
  }

  /** Says what would be done, as far as this end can judge, and the server says what it has. */
  private void plan(Comparison jobs, FileJobs otherNames, FileJobs deletion, CopyReport report)
      throws CommandException, InterruptedException {
    if (!options.copy().verify()) {
      report.plans();
    }
    TurnedJobs planned =
        new TurnedJobs(
            List.of(() -> planned(jobs, report), () -> planned(otherNames, report), deletion));
    long durationNs = transfer(planned, jobs, report, true, null);
    if (options.copy().verify()) {
      report.endOfVerify(durationNs);
    } else {
      report.endOfDryRun();
    }
  }

  /** Says what would be done with the files up to the next question, which is returned. */
  private @Nullable BatchRequest planned(FileJobs jobs, CopyReport report)
      throws InterruptedException {
    BatchRequest next = jobs.next();
    while (next instanceof FileJob job) {
      if (options.copy().verify()) {
        leaveUnverified(job, report);
      } else if (!fetching && job.kind() != FileKind.LINK && !Files.isReadable(job.path())) {
        report.failed(job, new AccessDeniedException(job.path().toString()));
      } else {
        report.wouldCopy(job, ServerNames.brokenRule(job.name()).orElse(""));
      }
      next = jobs.next();
    }
    return next;
  }

  /** Nobody answers any more, or it has no content. */
  private static void leaveUnverified(FileJob job, CopyReport report) {
    if (job.kind() == FileKind.FILE) {
      report.notTried(job);
    }
  }

  private long transfer(
      TurnedJobs jobs,
      Comparison comparison,
      CopyReport report,
      boolean wantsRest,
      @Nullable ServerDeletion deletion)
      throws CommandException, InterruptedException {
    TransportOptions transport = options.transport(console);
    report.whenOver(jobs::over);
    try (DiskWorkers diskWorkers = new DiskWorkers()) {
      ParallelTransfers transfers =
          new ParallelTransfers(
              fetching,
              Addresses.resolveAll(server),
              () -> ServerAddresses.resolve(server.host(), server.port()),
              options.keepTryingNs(),
              security,
              options.transfer(),
              transport,
              diskWorkers,
              report);
      // After Ctrl-C the virtual machine's own exit code is 130.
      ShutdownHook hook =
          ShutdownHook.install(signalled -> interrupt(transfers, report, diskWorkers, signalled));
      try {
        boolean complete = transfers.run(jobs);
        if (deletion != null && !complete) {
          deletion.giveUp();
        }
        jobs.release();
        if (!complete) {
          comparison.giveUp();
          leaveRest(jobs, report, wantsRest);
        }
        stopped.set(true);
        if (!options.copy().dryRun()) {
          report.end(transfers.durationNs());
        }
        return transfers.durationNs();
      } finally {
        report.clear();
        hook.workIsOver();
      }
    }
  }

  /** Looks at the rest, if that is to be listed. */
  private void leaveRest(FileJobs jobs, CopyReport report, boolean wanted)
      throws InterruptedException {
    if (!wanted) {
      stopped.set(true);
      return;
    }
    for (BatchRequest rest = jobs.next(); rest != null; rest = jobs.next()) {
      if (rest instanceof FileJob job) {
        report.notTried(job);
      }
    }
  }

  private void interrupt(
      ParallelTransfers transfers, CopyReport report, DiskWorkers diskWorkers, ShutdownHook hook)
      throws InterruptedException {
    report.clear();
    stopped.set(true);
    transfers.stop();
    hook.awaitWork(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS); // Best effort.
    diskWorkers.close();
    console
        .err()
        .println(
            "ferry client: interrupted; what has arrived is kept, and this goes on with it:\n  "
                + console.commandLine());
  }
}
