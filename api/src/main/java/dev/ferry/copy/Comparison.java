package dev.ferry.copy;

import dev.ferry.copy.Verdicts.Difference;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.tree.LocalFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of a copy the files that are the same at both ends: of the same size, and changed last
 * at the same time, or of the same SHA-256. What is not known of the server's files is asked over
 * the connection of the transfers, for many files at a time, and transfers go on meanwhile.
 * Thread-safe.
 */
final class Comparison implements FileJobs, Closeable {
  /** So many questions may wait for their answers. */
  private static final int MAX_ASKED = 4096;

  private final FileJobs candidates;
  private final boolean fetching;
  private final CompareOptions options;
  private final Verdicts verdicts;

  /** What there is to be asked, and to be transferred. */
  private final Queue<BatchRequest> due = new ArrayDeque<>();

  /** Answers, each with what is done with it, from the thread that runs the transfers. */
  private final BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();

  private final BlockComparison blocks;

  private final ServerTree tree = new ServerTree(due::add, answers::add, new HeldNames());
  private Function<FileJob, Sight> seen = job -> tree.see(job.name());

  /** The directories at the server into which something may come. */
  private final Set<String> touched = new HashSet<>();

  private int asked;
  private boolean atEnd;
  private boolean off;

  /**
   * Compares files.
   *
   * @param candidates what is to be copied unless it is the same
   * @param fetching whether files come from the server
   * @param verdicts decides what becomes of files that have been compared
   */
  Comparison(FileJobs candidates, boolean fetching, CompareOptions options, Verdicts verdicts) {
    this.candidates = candidates;
    this.fetching = fetching;
    this.options = options;
    this.verdicts = verdicts;
    this.off = options.ignoreTimes();
    this.blocks = new BlockComparison(options.wholeFiles(), this::asked, this::answered);
  }

  /** What the server has is known from elsewhere. */
  Comparison with(Function<FileJob, Sight> newSeen) {
    seen = newSeen;
    return this;
  }

  /** The tree at the server, to be looked at before the first file is asked for. */
  ServerTree tree() {
    return tree;
  }

  /** From now on nothing is asked, and nothing left out; what is still to be copied comes. */
  synchronized void giveUp() {
    off = true;
  }

  @Override
  public synchronized @Nullable BatchRequest next() throws InterruptedException {
    while (true) {
      for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
        answer.run();
      }
      BatchRequest request = due.poll();
      if (off && request instanceof ServerQuestion question) {
        question.listener().failed(TransferFailure.Refused.UNANSWERED);
        continue;
      }
      if (request == null && !isWaiting() && !atEnd) {
        request = nextCandidate();
      }
      if (request != null) {
        if (request instanceof FileJob job) {
          touch(job.name());
        }
        return request;
      } else if (isWaiting()) {
        answers.take().run();
      } else if (atEnd && due.isEmpty()) {
        return null;
      }
    }
  }

  /** Whether there is nothing to be done before an answer has come. */
  private boolean isWaiting() {
    return (!off && tree.isAsking()) || asked >= MAX_ASKED || (atEnd && asked > 0);
  }

  private @Nullable BatchRequest nextCandidate() throws InterruptedException {
    BatchRequest next = candidates.next();
    atEnd = next == null;
    return next instanceof FileJob job && !off ? judgedByKind(job) : next;
  }

  private @Nullable BatchRequest judgedByKind(FileJob job) {
    return switch (job.kind()) {
      case FILE -> judged(job);
      case DIRECTORY -> isSameDirectory(job) ? null : job;
      case LINK, OTHER_NAME, UNTOLD -> job;
    };
  }

  /**
   * Leaves directories out in the same way, which have the same time and mode at both ends, unless
   * something was transferred into them.
   */
  FileJobs directories(FileJobs directories) {
    return () -> {
      BatchRequest next = directories.next();
      while (next instanceof FileJob job && isSameDirectory(job)) {
        next = directories.next();
      }
      return next;
    };
  }

  /** Notes into which directories something comes. */
  FileJobs touching(FileJobs jobs) {
    return () -> {
      BatchRequest next = jobs.next();
      if (next instanceof FileJob job) {
        noteTouch(job.name());
      }
      return next;
    };
  }

  /** Something in a directory at the server was changed. */
  synchronized void noteTouch(String name) {
    touch(name);
  }

  private synchronized boolean isSameDirectory(FileJob job) {
    if (off || fetching || touched.contains(job.name())) {
      return false;
    }
    FileAttributes there = tree.directory(job.name());
    FileAttributes here = LocalFile.directory(job.path());
    return there != null
        && here != null
        && here.mode() == there.mode()
        && FileAttributes.isSameTime(here.modifiedNs(), there.modifiedNs());
  }

  /** Something is put into a directory, and so into all that lead to it, maybe. */
  private void touch(String name) {
    for (int end = name.lastIndexOf('/'); end >= 0; end = name.lastIndexOf('/', end - 1)) {
      if (!touched.add(name.substring(0, end))) {
        return;
      }
    }
    touched.add("");
  }

  /** What is to be done about a file; null if nothing is. */
  private @Nullable BatchRequest judged(FileJob job) {
    Sight sight = seen.apply(job);
    boolean mayBeNowhere = sight.state() == Sight.State.UNKNOWN && verdicts.asksForAll();
    if (fetching && here(job) == null && !mayBeNowhere) {
      return verdicts.changed(job, Difference.MISSING);
    }
    return switch (sight.state()) {
      case ABSENT -> verdicts.changed(job, Difference.MISSING);
      case FOUND ->
          sight.file() == null
              ? verdicts.changed(job, Difference.DIFFERS)
              : compared(job, sight.file());
      case UNKNOWN -> question(job, Subject.ATTRIBUTES);
    };
  }

  /** What is on this machine; null if nothing is, or the name is none here. */
  private static @Nullable FileAttributes here(FileJob job) {
    try {
      return LocalFile.attributes(job.file());
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private @Nullable BatchRequest compared(FileJob job, FileAttributes there) {
    FileAttributes here = here(job);
    if (here == null && fetching) {
      return verdicts.changed(job, Difference.MISSING);
    }
    if (here == null || here.sizeBytes() != there.sizeBytes()) {
      return changed(job);
    }
    if (options.checksum()) {
      return question(job, Subject.DIGEST);
    }
    return FileAttributes.isSameTime(here.modifiedNs(), there.modifiedNs())
        ? verdicts.same(job)
        : changed(job);
  }

  /** What becomes of a file that is another one at the destination. */
  private @Nullable BatchRequest changed(FileJob job) {
    BatchRequest request = verdicts.changed(job, Difference.DIFFERS);
    return request == job ? blocks.compared(job) : request;
  }

  private @Nullable BatchRequest comparedDigests(FileJob job, String sha256Hex) {
    try {
      return LocalFile.sha256Hex(job.file()).equals(sha256Hex) ? verdicts.same(job) : changed(job);
    } catch (IOException e) {
      return verdicts.unknown(job, new TransferFailure.SourceFailed(e));
    }
  }

  private ServerQuestion question(FileJob job, Subject subject) {
    asked();
    return new ServerQuestion(subject, job.name(), null, job.sizeBytes(), new Asked(job, subject));
  }

  private void asked() {
    asked++;
  }

  /** A question has its answer; what is done about it then comes in turn. */
  private void answered(Supplier<@Nullable BatchRequest> verdict) {
    answers.add(
        () -> {
          asked--;
          BatchRequest request = verdict.get();
          if (request != null) {
            due.add(request);
          }
        });
  }

  /** What becomes of a question about a file. */
  private final class Asked implements ServerQuestion.Listener {
    private final FileJob job;
    private final Subject subject;

    Asked(FileJob job, Subject subject) {
      this.job = job;
      this.subject = subject;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      Comparison.this.answered(
          () ->
              found == null || off
                  ? job
                  : subject == Subject.DIGEST
                      ? comparedDigests(job, sha256Hex)
                      : compared(job, found));
    }

    /** Whatever is wrong with it is said when it is transferred. */
    @Override
    public void failed(TransferFailure failure) {
      Comparison.this.answered(
          () -> {
            if (failure == TransferFailure.Refused.UNANSWERED && !off) {
              off = true;
              verdicts.unanswered();
            }
            boolean isMissing = !fetching && ServerTree.isMissing(failure);
            return off
                ? job
                : isMissing
                    ? verdicts.changed(job, Difference.MISSING)
                    : verdicts.unknown(job, failure);
          });
    }
  }

  @Override
  public void close() throws IOException {
    tree.close();
    blocks.close();
  }
}
