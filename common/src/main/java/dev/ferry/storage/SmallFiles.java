package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The small files of a root that arrive many at a time. They wait in memory until they are whole,
 * and are then published in rounds, so that the disk is waited for once for many of them:
 *
 * <ol>
 *   <li>each is written into a directory of this process, with its time and mode,
 *   <li>each is flushed,
 *   <li>the directories that they lead to are made, and flushed,
 *   <li>each is renamed to its name,
 *   <li>each directory that has got names is flushed once,
 *   <li>each transfer is told.
 * </ol>
 *
 * <p>What fails with one file is the failure of that file alone. Thread-safe.
 */
final class SmallFiles {
  /** So many are opened, or published, in a round; each has an open file meanwhile. */
  static final int MOST_IN_A_ROUND = 256;

  private final StoreRoot root;
  private final Rounds<SmallFileOpening> openings =
      new Rounds<>(MOST_IN_A_ROUND, this::openTogether);
  private final Rounds<SmallFilePublication> publications =
      new Rounds<>(MOST_IN_A_ROUND, this::publishTogether);

  /** Where files are written; in the rounds that follow each other it is the same. */
  private @Nullable SmallFileDirectory temporary;

  private Runnable afterStep = () -> {};

  SmallFiles(StoreRoot root) {
    this.root = root;
  }

  /** Has something done after each step of a publication; for tests. */
  void afterEachStep(Runnable newAfterStep) {
    afterStep = newAfterStep;
  }

  /** Opens a file in the next round. */
  void open(Bytes owner, SmallFileOpening opening, Executor workers) {
    openings.add(owner, opening, workers);
  }

  /** Publishes a file in the next round. */
  void publish(Bytes owner, SmallFilePublication publication, Executor workers) {
    publications.add(owner, publication, workers);
  }

  private void openTogether(List<SmallFileOpening> together) {
    EngineCalls calls = new EngineCalls();
    try (RoundDirectories parents = new RoundDirectories(root)) {
      root.trim();
      MountPoints mounts = MountPoints.ofThisSystem();
      together.forEach(each -> each.open(parents, mounts, calls));
    } catch (IOException | RuntimeException e) {
      StorageException cause = SmallFileOpening.asFailure(e);
      together.forEach(each -> each.fail(cause, calls));
    }
    calls.send();
  }

  private void publishTogether(List<SmallFilePublication> together) {
    EngineCalls calls = new EngineCalls();
    try (RoundDirectories parents = new RoundDirectories(root)) {
      SmallFileDirectory written = temporaryDirectory();
      together.forEach(
          each -> {
            each.attempt(() -> each.write(root, written));
            afterStep.run();
          });
      ParallelFlush.runAll(flushes(together));
      makeDirectories(together, written);
      afterStep.run();
      together.forEach(
          each -> {
            each.attempt(() -> each.rename(root, written, parents));
            afterStep.run();
          });
      flushNames(together, parents);
      together.forEach(each -> each.cleanUp(written));
    } catch (IOException | RuntimeException e) {
      StorageException cause = Publication.asFailure(e);
      together.forEach(each -> each.fail(cause));
    }
    if (publications.isEmpty()) {
      removeTemporaryDirectory();
    }
    together.forEach(each -> each.tell(calls));
    calls.send();
  }

  private static List<Runnable> flushes(List<SmallFilePublication> together) {
    return together.stream()
        .filter(each -> !each.hasFailed())
        .<Runnable>map(each -> () -> each.attempt(each::flush))
        .toList();
  }

  private SmallFileDirectory temporaryDirectory() throws IOException {
    SmallFileDirectory there = temporary;
    if (there == null) {
      there = SmallFileDirectory.create(root);
      temporary = there;
    }
    return there;
  }

  private void removeTemporaryDirectory() {
    if (temporary != null) {
      temporary.close();
      temporary = null;
    }
  }

  private void makeDirectories(List<SmallFilePublication> together, SmallFileDirectory written) {
    Set<List<String>> wanted = new LinkedHashSet<>();
    for (SmallFilePublication each : together) {
      if (!each.hasFailed()) {
        wanted.add(each.directories());
      }
    }
    MissingDirectories missing = new MissingDirectories(root, written);
    missing.make(wanted);
    together.forEach(each -> each.attempt(() -> missing.require(each.directories())));
  }

  /** Flushes each directory once; where that fails, so do all files that have got a name in it. */
  private static void flushNames(List<SmallFilePublication> together, RoundDirectories parents) {
    Set<List<String>> flushed = new LinkedHashSet<>();
    for (SmallFilePublication each : together) {
      if (each.hasFailed() || !flushed.add(each.directories())) {
        continue;
      }
      try {
        Directory parent = parents.existing(each.directories());
        if (parent == null) {
          throw new StorageException(
              RefusalReason.IO_ERROR, "the directory has been removed meanwhile");
        }
        parent.sync();
      } catch (IOException | RuntimeException e) {
        StorageException cause = Publication.asFailure(e);
        together.stream()
            .filter(one -> one.directories().equals(each.directories()))
            .forEach(one -> one.fail(cause));
      }
    }
  }
}
