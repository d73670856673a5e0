package dev.ferry.api;

import dev.ferry.copy.CopyNames;
import dev.ferry.copy.CopyTarget;
import dev.ferry.copy.Outcomes;
import dev.ferry.copy.RemoteSource;
import dev.ferry.copy.TreeCopy;
import dev.ferry.copy.TreeOptions;
import dev.ferry.copy.Verdicts;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.tree.TreeSource;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a copy consists of. */
interface CopyWork {
  /** Whether files come from the server. */
  boolean isFetching();

  /** Begins to look for files. */
  Turns open(RunningCopy copy, Outcomes outcomes) throws IOException;

  /**
   * What is asked for, and transferred.
   *
   * @param jobs each is asked for what it has once all before it have an outcome
   * @param giveUp is called if no server can be asked any more
   * @param opened is closed at the end
   */
  record Turns(List<FileJobs> jobs, Runnable giveUp, Closeable opened) implements Closeable {
    static Turns of(TreeCopy copy) {
      return new Turns(copy.turns(), copy::giveUp, copy);
    }

    @Override
    public void close() throws IOException {
      opened.close();
    }
  }

  /** Sends trees into a directory at the server. */
  static CopyWork sending(List<Path> sources, String directory, TreeOptions options) {
    List<TreeSource> trees = trees(sources, directory);
    return new CopyWork() {
      @Override
      public boolean isFetching() {
        return false;
      }

      @Override
      public Turns open(RunningCopy copy, Outcomes outcomes) throws IOException {
        return Turns.of(tree(trees, options, Verdicts.ofCopy(copy), copy, outcomes));
      }
    };
  }

  /** Compares trees with those in a directory at the server, and transfers nothing. */
  static CopyWork verifying(List<Path> sources, String directory, TreeOptions options) {
    List<TreeSource> trees = trees(sources, directory);
    return new CopyWork() {
      @Override
      public boolean isFetching() {
        return false;
      }

      @Override
      public Turns open(RunningCopy copy, Outcomes outcomes) throws IOException {
        TreeCopy tree = tree(trees, options, Verdicts.ofVerify(copy), copy, outcomes);
        return new Turns(List.of(() -> nextQuestion(tree.files())), tree::giveUp, tree);
      }
    };
  }

  /** What is done with trees on this machine; nothing is deleted. */
  private static TreeCopy tree(
      List<TreeSource> trees,
      TreeOptions options,
      Verdicts verdicts,
      RunningCopy copy,
      Outcomes outcomes)
      throws IOException {
    return TreeCopy.sending(
        trees.iterator(),
        directories(trees),
        options,
        verdicts,
        copy,
        outcomes,
        copy::isOver,
        null);
  }

  /** What has no content to be compared is passed over. */
  private static @Nullable BatchRequest nextQuestion(FileJobs jobs) throws InterruptedException {
    BatchRequest next = jobs.next();
    while (next instanceof FileJob) {
      next = jobs.next();
    }
    return next;
  }

  /** Fetches trees into a directory, which is made. */
  static CopyWork fetching(List<String> names, Path directory, TreeOptions options) {
    List<RemoteSource> sources = names.stream().map(name -> new RemoteSource("", name)).toList();
    return new CopyWork() {
      @Override
      public boolean isFetching() {
        return true;
      }

      @Override
      public Turns open(RunningCopy copy, Outcomes outcomes) throws IOException {
        boolean isNew;
        try {
          isNew = CopyTarget.makeDirectory(directory);
        } catch (IOException e) {
          throw new StorageException(RefusalReason.CANNOT_CREATE, String.valueOf(directory), e);
        }
        CopyTarget target = new CopyTarget(directory, true, isNew);
        Verdicts verdicts = Verdicts.ofCopy(copy);
        return Turns.of(TreeCopy.fetching(sources, target, options, verdicts, copy, outcomes));
      }
    };
  }

  private static List<TreeSource> trees(List<Path> sources, String directory) {
    return sources.stream().map(source -> tree(source, directory)).toList();
  }

  /** A path that ends with {@code .} means the content of a directory. */
  private static TreeSource tree(Path source, String directory) {
    String text = source.toString();
    CopyNames names =
        text.isEmpty() ? new CopyNames("./", "") : CopyNames.of(text, "/" + File.separator);
    return new TreeSource(source, text, CopyNames.join(directory, names.ownName()));
  }

  private static List<String> directories(List<TreeSource> trees) {
    return trees.stream()
        .filter(tree -> Files.isDirectory(tree.path()))
        .map(TreeSource::name)
        .toList();
  }
}
