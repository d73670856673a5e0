package dev.ferry.client;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.copy.CompareOptions;
import dev.ferry.copy.CopyRun;
import dev.ferry.copy.CopyTarget;
import dev.ferry.copy.Outcomes;
import dev.ferry.copy.RemoteSource;
import dev.ferry.copy.TreeCopy;
import dev.ferry.copy.TreeOptions;
import dev.ferry.copy.Verdicts;
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
import dev.ferry.tree.TreeSource;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
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
      Outcomes outcomes = new Outcomes(report);
      try (TreeCopy copy =
          TreeCopy.sending(
              sources,
              directories,
              treeOptions(),
              verdicts(report),
              report,
              outcomes,
              stopped::get,
              names)) {
        if (names == null) {
          return copy(copy, () -> null, () -> {}, report, outcomes, list);
        }
        ServerDeletion deletion =
            new ServerDeletion(
                names, copy::isFoundWhole, server, options.copy(), report, copy::noteTouch);
        return copy(copy, deletion, deletion::giveUp, report, outcomes, list);
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
    report.patterns(
        sources.stream()
            .filter(each -> RemotePatterns.of(each) != null)
            .map(Remote::source)
            .collect(Collectors.toSet()));
    Outcomes outcomes = new Outcomes(report);
    try (TreeCopy copy = fetching(sources, target, report, outcomes)) {
      LocalDeletion deletion = new LocalDeletion(target, options.copy(), report);
      FileJobs deleting = deletes() ? () -> deletion.delete(copy.told()) : () -> null;
      return copy(copy, deleting, () -> {}, report, outcomes, null);
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot copy: " + e.getMessage());
    }
  }

  private TreeCopy fetching(
      List<Remote> sources, CopyTarget target, CopyReport report, Outcomes outcomes) {
    List<RemoteSource> remotes = sources.stream().map(Remote::source).toList();
    return TreeCopy.fetching(remotes, target, treeOptions(), verdicts(report), report, outcomes);
  }

  private TreeOptions treeOptions() {
    return options.copy().tree(comparing(), options.transfer(), security.secret() != null);
  }

  /**
   * Prints the digests of all files below a place at the server.
   *
   * @throws CommandException if none can be had
   */
  ExitCode digests(Remote place) throws CommandException {
    CopyReport report = report(null);
    Outcomes outcomes = new Outcomes(report);
    CopyTarget nowhere = new CopyTarget(Path.of(""), true, false);
    try (TreeCopy files = fetching(List.of(place), nowhere, report, outcomes)) {
      Manifest manifest = new Manifest(files.found(), place, console, report);
      transfer(new CopyRun(List.of(manifest), outcomes, files::giveUp), report, outcomes, false);
      return outcome(report);
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot list: " + e.getMessage());
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
    Outcomes outcomes = new Outcomes(report);
    try {
      Removals removals = new Removals(places, all, options, console, report);
      transfer(new CopyRun(List.of(removals), outcomes, () -> {}), report, outcomes, false);
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

  /**
   * Copies.
   *
   * @param deletion what is deleted behind that
   * @param endDeletion nothing is to be asked for it any more
   */
  private ExitCode copy(
      TreeCopy copy,
      FileJobs deletion,
      Runnable endDeletion,
      CopyReport report,
      Outcomes outcomes,
      @Nullable FailedList list)
      throws CommandException, IOException {
    try {
      if (options.copy().dryRun()) {
        plan(copy, deletion, report, outcomes);
      } else {
        CopyRun run = new CopyRun(copy.turns(deletion), outcomes, copy::giveUp).atLoss(endDeletion);
        transfer(run, report, outcomes, list != null);
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
  private void plan(TreeCopy copy, FileJobs deletion, CopyReport report, Outcomes outcomes)
      throws CommandException, InterruptedException {
    if (!options.copy().verify()) {
      report.plans();
    }
    List<FileJobs> planned =
        List.of(
            () -> planned(copy.files(), report),
            () -> planned(copy.otherNames(), report),
            deletion);
    long durationNs =
        transfer(new CopyRun(planned, outcomes, copy::giveUp), report, outcomes, true);
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

  private long transfer(CopyRun run, CopyReport report, Outcomes outcomes, boolean wantsRest)
      throws CommandException, InterruptedException {
    TransportOptions transport = options.transport(console);
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
              outcomes);
      if (options.remembersPaths()) {
        transfers.rememberPaths();
      }
      // After Ctrl-C the virtual machine's own exit code is 130.
      ShutdownHook hook =
          ShutdownHook.install(signalled -> interrupt(transfers, report, diskWorkers, signalled));
      try {
        if (!run.run(transfers) && wantsRest) {
          run.leaveRest(); // It is to be listed.
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
