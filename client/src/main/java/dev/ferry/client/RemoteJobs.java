package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.RemoteList.NoListException;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.StorageException;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.LocalTree;
import dev.ferry.tree.Found;
import dev.ferry.tree.IgnoreRules;
import dev.ferry.tree.SourceNames;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a copy from a server: of each source a list is fetched, which says whether it is a
 * file or a directory, and what is in that. From a server that makes no lists there are files only.
 * Thread-safe.
 */
final class RemoteJobs implements FileJobs, Closeable {
  private final Queue<Remote> sources;
  private final CopyTarget target;
  private final IgnoreRules rules;
  private final Options options;
  private final Console console;
  private final CopyReport report;
  private final LocalTree tree;

  /** The lists of all sources so far that are directories. */
  private final List<Listed> listed = new ArrayList<>();

  /** The directories that could not be made, as the user may type them. */
  private final Set<String> failedDirectories = new HashSet<>();

  private @Nullable Remote source;
  private @Nullable RemoteList list;
  private Sight seen = Sight.UNKNOWN;

  /**
   * Creates jobs.
   *
   * @param target where they go
   * @param report is told what is found, and what is not
   * @throws CommandException if the key file is unusable
   */
  RemoteJobs(
      List<Remote> sources, CopyTarget target, Options options, Console console, CopyReport report)
      throws CommandException {
    this.sources = new ArrayDeque<>(sources);
    this.target = target;
    this.rules = options.copy().rules();
    this.options = options;
    this.console = console;
    this.report = report;
    this.tree =
        new LocalTree(target.path(), options.transfer(), options.security().secret() != null);
    if (target.isNew()) {
      tree.setNew();
    }
  }

  /**
   * A list.
   *
   * @param isDirectory whether what was listed is one
   */
  private record Listed(Remote source, RemoteList list, boolean isDirectory) {}

  /** What is known of the file that was found last. */
  synchronized Sight seen() {
    return seen;
  }

  @Override
  public synchronized @Nullable FileJob next() {
    while (true) {
      seen = Sight.UNKNOWN;
      FileJob job = list == null ? null : nextOf(list);
      if (job != null) {
        return job;
      }
      list = null;
      Remote next = sources.poll();
      if (next == null) {
        return null;
      }
      FileJob single = begin(next);
      if (single != null) {
        return single;
      }
    }
  }

  /** Begins with a source; the job if it is a file, or has no list. */
  private @Nullable FileJob begin(Remote next) {
    source = next;
    try {
      RemoteList fetched = RemoteList.fetch(next.bare(), true, options, console);
      list = fetched;
      listed.add(new Listed(next, fetched, count(fetched)));
      return null;
    } catch (NoListException e) {
      if (e.isNotAnswered() && !next.isContent()) {
        FileJob job = target.file(next, 0);
        report.found(job);
        return job;
      }
      if (RemotePatterns.of(next) != null && (e.isMissing() || e.isNotAllowed())) {
        report.failed(
            next.shown(), new FailureText(ExitCode.NO_INPUT, "nothing there matches this pattern"));
      } else if (e.isMissing() || e.isNotAnswered()) {
        report.failed(next.shown(), e.text());
      } else {
        report.failedAll(e.text());
        sources.clear();
      }
    } catch (CommandException e) {
      report.failed(next.shown(), new FailureText(e.exitCode(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      report.failed(next.shown(), e);
      list = null;
    }
    return null;
  }

  /** Says what is to come, and what is not; whether the source is a directory. */
  private boolean count(RemoteList fetched) throws IOException, CommandException {
    ListEntry first = fetched.next();
    boolean isFile = first != null && first.name().isEmpty();
    if (!isFile && !options.copy().dryRun()) {
      if (CopyTarget.makeDirectory(target.path())) {
        tree.setNew();
      }
      makeDirectory("");
    }
    fetched.rewind();
    for (ListEntry entry = fetched.next(); entry != null; entry = fetched.next()) {
      if (isLeftOut(entry)) {
        continue;
      }
      FileJob job = job(entry);
      if (job != null) {
        report.found(job);
      } else if (entry.kind() == FileKind.LINK && !options.copy().links()) {
        report.skipped(new Found.Skipped(current().shown(entry.name()), "a symbolic link"));
      }
    }
    for (String unread : fetched.unread()) {
      if (!isLeftOut(unread, true)) {
        report.failed(
            current().shown(unread),
            new FailureText(
                ExitCode.NOT_PERMITTED, "the server cannot read what is in this directory"));
      }
    }
    fetched.rewind();
    return !isFile;
  }

  private Remote current() {
    Remote now = source;
    if (now == null) {
      throw new IllegalStateException("no source has begun");
    }
    return now;
  }

  private @Nullable FileJob nextOf(RemoteList opened) {
    try {
      for (ListEntry entry = opened.next(); entry != null; entry = opened.next()) {
        FileJob job = isLeftOut(entry) ? null : job(entry);
        if (job != null) {
          seen = Sight.of(entry.sizeBytes(), entry.modifiedNs());
          return job;
        }
        if (!isLeftOut(entry)) {
          make(entry);
        }
      }
    } catch (IOException e) {
      report.failed(current().shown(), e);
    }
    return null;
  }

  /** Makes what needs no content from the server. */
  private void make(ListEntry entry) {
    switch (entry.kind()) {
      case DIRECTORY -> makeDirectory(entry.name());
      case LINK -> {
        if (options.copy().links() && !options.copy().dryRun()) {
          makeLink(entry);
        }
      }
      case FILE, OTHER_NAME, UNTOLD -> {}
    }
  }

  private void makeLink(ListEntry entry) {
    String shown = current().shown(entry.name());
    String place = target.placeOf(current(), entry.name());
    if (entry.target().isEmpty()) {
      report.failed(
          shown,
          new FailureText(
              ExitCode.NOT_PERMITTED,
              "where the link leads is not told; the server lists that with --allow-links, of"
                  + " links to something that it serves"));
      return;
    }
    try {
      tree.makeLink(place, entry.target(), entry.modifiedNs());
      report.linked();
    } catch (StorageException e) {
      report.failed(shown, FailureText.unstorable(e, place));
    }
  }

  private void makeDirectory(String name) {
    String place = target.placeOf(current(), name);
    if (options.copy().dryRun() || place.isEmpty()) {
      return;
    }
    try {
      tree.makeDirectory(place);
    } catch (StorageException e) {
      failedDirectories.add(current().shown(name));
      report.failed(current().shown(name), FailureText.unstorable(e, place));
    }
  }

  /**
   * Deletes what is at the target and not at the server, in the directories that were fetched.
   *
   * @return null, as nothing is to be fetched for it
   */
  synchronized @Nullable FileJob deleteSurplus() {
    LocalDeletion deletion = new LocalDeletion(target, options.copy(), report);
    if (!deletion.mayBegin()) {
      return null;
    }
    SourceNames names = new SourceNames(rules);
    HeldNames held = new HeldNames();
    try {
      for (Listed each : listed) {
        if (each.isDirectory()) {
          gather(each, names, held);
        }
      }
    } catch (IOException e) {
      report.failed("", e);
      return null;
    }
    if (listed.stream().allMatch(each -> !each.isDirectory() || each.list().isComplete())) {
      deletion.delete(names, (name, isDirectory) -> mayBeAtServer(name));
    } else {
      report.notDeleted("the server does not say whether its lists are complete");
    }
    return null;
  }

  private void gather(Listed each, SourceNames names, HeldNames held) throws IOException {
    names.begin(target.placeOf(each.source(), ""));
    each.list().rewind();
    for (ListEntry entry = each.list().next(); entry != null; entry = each.list().next()) {
      String place = target.placeOf(each.source(), entry.name());
      held.add(place);
      names.add(place);
    }
  }

  /** Whether the server may have something that it has not listed. */
  private boolean mayBeAtServer(String place) {
    for (Listed each : listed) {
      String top = target.placeOf(each.source(), "");
      boolean isBelow = top.isEmpty() || place.startsWith(top + "/");
      if (each.isDirectory()
          && isBelow
          && each.list().mayHave(top.isEmpty() ? place : place.substring(top.length() + 1))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Gives the directories their times and modes, once nothing comes into them any more: each before
   * those that it is in, whose modes may not let anybody enter.
   *
   * @return null, as there is nothing more to be fetched then
   */
  synchronized @Nullable FileJob dress() {
    if (options.transfer().preserves()) {
      for (Listed each : listed) {
        source = each.source();
        try {
          dress(each.list());
        } catch (IOException e) {
          report.failed(each.source().shown(), e);
        }
      }
    }
    return null;
  }

  private void dress(RemoteList from) throws IOException {
    Deque<ListEntry> directories = new ArrayDeque<>();
    HeldNames held = new HeldNames();
    from.rewind();
    for (ListEntry entry = from.next(); entry != null; entry = from.next()) {
      if (entry.kind() == FileKind.DIRECTORY && !isLeftOut(entry)) {
        held.add(entry.name());
        directories.push(entry);
      }
    }
    ListEntry self = from.self();
    if (self != null) {
      directories.add(self);
    }
    for (ListEntry entry : directories) {
      dress(entry);
    }
  }

  private void dress(ListEntry entry) {
    if (failedDirectories.contains(current().shown(entry.name()))) {
      return;
    }
    String place = target.placeOf(current(), entry.name());
    try {
      tree.dressDirectory(place, entry.modifiedNs(), entry.mode());
      report.dressed();
    } catch (StorageException e) {
      report.failed(current().shown(entry.name()), FailureText.unstorable(e, place));
    }
  }

  /** Whether it is a further name of a file whose first one is left out. */
  private boolean isFirstHere(ListEntry entry) {
    return entry.kind() == FileKind.OTHER_NAME && isLeftOut(entry.target(), false);
  }

  /**
   * Makes further names of files, once those are there.
   *
   * @return null, as nothing is to be fetched for it
   */
  synchronized @Nullable FileJob makeOtherNames() {
    if (options.copy().hardLinks() && !options.copy().dryRun()) {
      forEachListed(this::makeOtherName);
    }
    return null;
  }

  private void makeOtherName(ListEntry entry) {
    if (entry.kind() != FileKind.OTHER_NAME || isFirstHere(entry)) {
      return;
    }
    String shown = current().shown(entry.name());
    if (report.hasFailed(CopyNames.join(current().bare().path(), entry.target()))) {
      report.failed(shown, CopyReport.FIRST_FAILED);
      return;
    }
    String place = target.placeOf(current(), entry.name());
    try {
      tree.makeOtherName(place, target.placeOf(current(), entry.target()));
      report.linked();
    } catch (StorageException e) {
      report.failed(shown, FailureText.unstorable(e, place));
    }
  }

  /** Shows all entries of all lists that are not left out. */
  private void forEachListed(Consumer<ListEntry> action) {
    for (Listed each : listed) {
      source = each.source();
      try {
        each.list().rewind();
        for (ListEntry entry = each.list().next(); entry != null; entry = each.list().next()) {
          if (!isLeftOut(entry)) {
            action.accept(entry);
          }
        }
      } catch (IOException e) {
        report.failed(each.source().shown(), e);
      }
    }
  }

  /** Null for what is no file. */
  private @Nullable FileJob job(ListEntry entry) {
    if (entry.kind() != FileKind.FILE && !isFirstHere(entry)) {
      return null;
    }
    return entry.name().isEmpty()
        ? target.file(current(), entry.sizeBytes())
        : target.below(current(), entry.name(), entry.sizeBytes());
  }

  /** What is in a directory that is left out is so as well. */
  private boolean isLeftOut(ListEntry entry) {
    return isLeftOut(entry.name(), entry.kind() == FileKind.DIRECTORY);
  }

  private boolean isLeftOut(String name, boolean isDirectory) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      if (rules.leavesOut(name.substring(0, slash), true).orElse(false)) {
        return true;
      }
    }
    return rules.leavesOut(name, isDirectory).orElse(false);
  }

  @Override
  public synchronized void close() {
    list = null;
    for (Listed each : listed) {
      try {
        each.list().close();
      } catch (IOException e) {
        // It lies among temporary files.
      }
    }
    listed.clear();
  }
}
