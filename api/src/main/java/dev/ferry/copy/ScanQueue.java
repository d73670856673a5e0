package dev.ferry.copy;

import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.tree.Found;
import dev.ferry.tree.SourceWalk;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the files of a copy on a thread of its own, so that transfers need not wait for the
 * disk, and users see what is still to come; but not further ahead than {@value #AHEAD} files.
 */
final class ScanQueue implements FileJobs, Closeable {
  private static final int AHEAD = 4096;

  private final SourceWalk walk;
  private final TreeListener listener;
  private final Outcomes outcomes;
  private final BooleanSupplier isStopped;

  /** Files; empty behind the last one. */
  private final BlockingQueue<Optional<FileJob>> found = new ArrayBlockingQueue<>(AHEAD);

  /** Directories that come to be with what is in them; only their times and modes are missing. */
  private final Queue<FileJob> directories = new ConcurrentLinkedQueue<>();

  /** Further names of files that are to be copied first. */
  private final Queue<FileJob> otherNames = new ConcurrentLinkedQueue<>();

  private final Thread thread = new Thread(this::scan, "scan");
  private final Object turn = new Object();
  private boolean atEnd;
  private volatile boolean complete;

  /**
   * Creates a queue.
   *
   * @param listener is told what is found, and what is not copied
   * @param outcomes knows what has failed
   * @param isStopped whether nobody wants any more
   */
  ScanQueue(SourceWalk walk, TreeListener listener, Outcomes outcomes, BooleanSupplier isStopped) {
    this.walk = walk;
    this.listener = listener;
    this.outcomes = outcomes;
    this.isStopped = isStopped;
  }

  /** Begins to look. */
  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Looks no further: nobody asks any more. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void scan() {
    try (walk) {
      Found each = walk.next();
      while (each != null && !isStopped.getAsBoolean()) {
        take(each);
        each = walk.next();
      }
      complete = each == null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      listener.failed("", new IOException("a bug: " + e, e));
    } finally {
      end();
    }
  }

  /** Whether everything has been found that there is. */
  boolean isComplete() {
    return complete;
  }

  private void end() {
    try {
      found.put(Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(Found each) throws InterruptedException {
    switch (each.kind()) {
      case FILE -> {
        Found.File file = (Found.File) each;
        FileJob job = new FileJob(file.path(), file.listed(), file.name(), file.sizeBytes());
        listener.found(job);
        found.put(Optional.of(job));
      }
      case LINK -> {
        FileJob job =
            FileJob.link(((Found.Link) each).path(), each.listed(), ((Found.Link) each).name());
        listener.found(job);
        found.put(Optional.of(job));
      }
      case OTHER_NAME -> {
        Found.OtherName other = (Found.OtherName) each;
        FileJob job = FileJob.otherName(other.path(), other.listed(), other.name(), other.first());
        listener.found(job);
        otherNames.add(job);
      }
      case DIRECTORY -> {
        Found.Directory directory = (Found.Directory) each;
        FileJob job = FileJob.directory(directory.path(), directory.listed(), directory.name());
        if (directory.isBare()) {
          found.put(Optional.of(job));
        } else {
          directories.add(job);
        }
      }
      case SKIPPED -> listener.skipped((Found.Skipped) each);
      case FAILED -> listener.failed(each.listed(), ((Found.Failed) each).cause());
    }
  }

  /**
   * The further names of files, of what has been found so far, each once: to be asked behind the
   * end of {@link #next}, and to be transferred when all of that has been.
   */
  FileJobs otherNames() {
    return () -> {
      for (FileJob job = otherNames.poll(); job != null; job = otherNames.poll()) {
        if (!outcomes.hasFailed(job.first())) {
          return job;
        }
        listener.firstFailed(job.listed());
      }
      return null;
    };
  }

  /**
   * The directories that come to be with what is in them, of what has been found so far, each once:
   * to be asked behind the end of {@link #next}, and to be transferred when all else has been. In
   * an order in which each comes before those that it is in.
   */
  FileJobs directories() {
    return directories::poll;
  }

  @Override
  public @Nullable FileJob next() throws InterruptedException {
    // One at a time, so that who comes behind the end does not wait for ever.
    synchronized (turn) {
      if (atEnd) {
        return null;
      }
      Optional<FileJob> next = found.take();
      atEnd = next.isEmpty();
      return next.orElse(null);
    }
  }
}
