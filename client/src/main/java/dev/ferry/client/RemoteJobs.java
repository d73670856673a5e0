package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.client.RemoteList.NoListException;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.ListEntry.Kind;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.tree.Found;
import dev.ferry.tree.IgnoreRules;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
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
  private @Nullable Remote source;
  private @Nullable RemoteList list;

  /**
   * Creates jobs.
   *
   * @param target where they go
   * @param report is told what is found, and what is not
   */
  RemoteJobs(
      List<Remote> sources,
      CopyTarget target,
      Options options,
      Console console,
      CopyReport report) {
    this.sources = new ArrayDeque<>(sources);
    this.target = target;
    this.rules = options.copy().rules();
    this.options = options;
    this.console = console;
    this.report = report;
  }

  @Override
  public synchronized @Nullable FileJob next() {
    while (true) {
      FileJob job = list == null ? null : nextOf(list);
      if (job != null) {
        return job;
      }
      close();
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
      count(fetched);
      return null;
    } catch (NoListException e) {
      if (e.isNotAnswered() && !next.isContent()) {
        FileJob job = target.file(next, 0);
        report.found(job);
        return job;
      }
      if (e.isMissing() || e.isNotAnswered()) {
        report.failed(next.shown(), e.text());
      } else {
        report.failedAll(e.text());
        sources.clear();
      }
    } catch (CommandException e) {
      report.failed(next.shown(), new FailureText(e.exitCode(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      report.failed(next.shown(), e);
      close();
    }
    return null;
  }

  /** Says what is to come, and what is not. */
  private void count(RemoteList fetched) throws IOException, CommandException {
    ListEntry first = fetched.next();
    if (first != null && !first.name().isEmpty() && !options.copy().dryRun()) {
      CopyTarget.makeDirectory(target.path());
    }
    fetched.rewind();
    for (ListEntry entry = fetched.next(); entry != null; entry = fetched.next()) {
      if (isLeftOut(entry)) {
        continue;
      }
      FileJob job = job(entry);
      if (job != null) {
        report.found(job);
      } else if (entry.kind() == Kind.LINK) {
        report.skipped(new Found.Skipped(current().shown(entry.name()), "a symbolic link"));
      }
    }
    fetched.rewind();
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
          return job;
        }
      }
    } catch (IOException e) {
      report.failed(current().shown(), e);
    }
    return null;
  }

  /** Null for what is no file. */
  private @Nullable FileJob job(ListEntry entry) {
    if (entry.kind() != Kind.FILE) {
      return null;
    }
    return entry.name().isEmpty()
        ? target.file(current(), entry.sizeBytes())
        : target.below(current(), entry.name(), entry.sizeBytes());
  }

  /** What is in a directory that is left out is so as well. */
  private boolean isLeftOut(ListEntry entry) {
    String name = entry.name();
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      if (rules.leavesOut(name.substring(0, slash), true).orElse(false)) {
        return true;
      }
    }
    return rules.leavesOut(name, entry.kind() == Kind.DIRECTORY).orElse(false);
  }

  @Override
  public void close() {
    RemoteList opened = list;
    list = null;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        // It lies among temporary files.
      }
    }
  }
}
