package dev.ferry.copy;

import dev.ferry.runtime.FileJobs;
import dev.ferry.tree.SourceNames;
import dev.ferry.tree.SourceWalk;
import dev.ferry.tree.TreeSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a copy of trees asks for: of what it finds the files that are not the same at both ends,
 * then other names of files, then the times and modes of directories. It holds neither the files
 * nor their names; of what the server has it remembers a bounded number of entries, and a list of
 * what it fetches lies in a temporary file.
 */
public final class TreeCopy implements Closeable {
  private final FileJobs found;
  private final Comparison comparison;
  private final FileJobs otherNames;
  private final FileJobs directories;
  private final Closeable opened;
  private BooleanSupplier isFoundWhole = () -> false;
  private @Nullable RemoteJobs fetched;

  private TreeCopy(
      FileJobs found,
      Comparison comparison,
      FileJobs otherNames,
      FileJobs directories,
      Closeable opened) {
    this.found = found;
    this.comparison = comparison;
    this.otherNames = otherNames;
    this.directories = directories;
    this.opened = opened;
  }

  /**
   * A copy to a server. It begins to look for files at once, on a thread of its own.
   *
   * @param sources are asked for on that thread
   * @param directories at the server, which those of the sources become; empty for its root
   * @param verdicts decides what becomes of what has been compared
   * @param listener is told what is found
   * @param outcomes is told what becomes of it
   * @param isStopped whether nobody wants any more
   * @param names takes all that the sources have; null if nobody wants to know
   * @throws IOException if there is no place for temporary files
   */
  public static TreeCopy sending(
      Iterator<TreeSource> sources,
      Collection<String> directories,
      TreeOptions options,
      Verdicts verdicts,
      TreeListener listener,
      Outcomes outcomes,
      BooleanSupplier isStopped,
      @Nullable SourceNames names)
      throws IOException {
    SourceWalk walk = new SourceWalk(sources, options.rules(), options.links(), names);
    ScanQueue queue = new ScanQueue(walk, listener, outcomes, isStopped);
    Comparison comparison = new Comparison(queue, false, options.compare(), verdicts);
    if (!options.compare().ignoreTimes()) {
      comparison.tree().look(directories);
    }
    queue.start();
    FileJobs dressed = options.transfer().preserves() ? queue.directories() : () -> null;
    TreeCopy copy =
        new TreeCopy(
            queue,
            comparison,
            comparison.touching(queue.otherNames()),
            comparison.directories(dressed),
            () -> {
              queue.close();
              comparison.close();
            });
    copy.isFoundWhole = queue::isComplete;
    return copy;
  }

  /**
   * A copy from a server.
   *
   * @param target where it goes
   * @param verdicts decides what becomes of what has been compared
   * @param listener is told what is found
   * @param outcomes is told what becomes of it
   */
  public static TreeCopy fetching(
      List<RemoteSource> sources,
      CopyTarget target,
      TreeOptions options,
      Verdicts verdicts,
      TreeListener listener,
      Outcomes outcomes) {
    RemoteJobs jobs = new RemoteJobs(sources, target, options, listener, outcomes);
    Comparison comparison = new Comparison(jobs, true, options.compare(), verdicts);
    comparison.with(job -> jobs.seen());
    TreeCopy copy =
        new TreeCopy(
            jobs,
            comparison,
            jobs::makeOtherNames,
            jobs::dress,
            () -> {
              jobs.close();
              comparison.close();
            });
    copy.fetched = jobs;
    return copy;
  }

  /** All files, the same at both ends or not: for who asks for these, and for nothing else. */
  public FileJobs found() {
    return found;
  }

  /** The files that are not the same, and the questions that find that out. */
  public FileJobs files() {
    return comparison;
  }

  /** Other names of files, once those have been copied. */
  public FileJobs otherNames() {
    return otherNames;
  }

  /** All of it, in turns. */
  public List<FileJobs> turns() {
    return turns(() -> null);
  }

  /**
   * All of it, in turns.
   *
   * @param deletion what is asked for behind the files, and before directories get their times
   */
  public List<FileJobs> turns(FileJobs deletion) {
    return List.of(comparison, otherNames, deletion, directories);
  }

  /** Whether a copy to a server has found all that there is. */
  public boolean isFoundWhole() {
    return isFoundWhole.getAsBoolean();
  }

  /** Something in a directory at the server was changed; by its name there. */
  public void noteTouch(String name) {
    comparison.noteTouch(name);
  }

  /**
   * What a copy from a server has been told of; all else is of this machine.
   *
   * @throws IllegalStateException if it is no copy from a server
   */
  public Told told() {
    RemoteJobs jobs = fetched;
    if (jobs == null) {
      throw new IllegalStateException("a copy to a server");
    }
    return new Told() {
      @Override
      public SourceNames names() throws IOException {
        return jobs.names();
      }

      @Override
      public boolean isComplete() {
        return jobs.isComplete();
      }

      @Override
      public boolean mayBeAtServer(String place) {
        return jobs.mayBeAtServer(place);
      }
    };
  }

  /** What a server has told that it has, once everything has been fetched. */
  public interface Told {
    /**
     * All that the directories have which were fetched, by names below the target.
     *
     * @throws IOException if a list cannot be read, or has more than fits into memory
     */
    SourceNames names() throws IOException;

    /** Whether it has said of all its lists that they end. */
    boolean isComplete();

    /**
     * Whether the server may have something that it has not listed.
     *
     * @param place below the target
     */
    boolean mayBeAtServer(String place);
  }

  /** From now on nothing is asked, and whatever is still to be copied comes. */
  public void giveUp() {
    comparison.giveUp();
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
