package dev.ferry.storage;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Counts what lies below a root, at its opening and then again from time to time, on a thread that
 * nobody waits for. Links are not followed, and Ferry's own files in the root are not counted.
 * {@link #begin} is called on one thread.
 */
final class RootCount {
  /** A count may take one part in so many of the time. */
  private static final int REST = 20;

  private final Path root;
  private final RootQuota quota;
  private final Executor background;
  private final NanoClock clock;
  private volatile long notBeforeNs;
  private volatile boolean stopped;
  private volatile boolean counting;

  RootCount(Path root, RootQuota quota, Executor background, NanoClock clock) {
    this.root = root;
    this.quota = quota;
    this.background = background;
    this.clock = clock;
    this.notBeforeNs = clock.nanoTime();
  }

  /** Begins another count, unless one is under way, or the last one took long not long ago. */
  void begin() {
    boolean isDue = Nanos.isDue(notBeforeNs, clock.nanoTime());
    if (!quota.limits().isLimited() || stopped || counting || !isDue) {
      return;
    }
    counting = true;
    try {
      background.execute(this::run);
    } catch (RejectedExecutionException e) {
      counting = false; // The server ends.
    }
  }

  /** Ends a count soon. Thread-safe. */
  void stop() {
    stopped = true;
  }

  private void run() {
    long begunNs = clock.nanoTime();
    try {
      quota.beginCount();
      Visitor found = new Visitor();
      Files.walkFileTree(root, found);
      if (!stopped) {
        quota.endCount(found.bytes, found.names);
      }
    } catch (IOException e) {
      // The root cannot be read at the moment; there will be a next time.
    } finally {
      long endNs = clock.nanoTime();
      notBeforeNs = Nanos.after(endNs, (endNs - begunNs) * REST);
      counting = false;
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private long bytes;
    private long names;

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (isOwn(directory)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      names += directory.equals(root) ? 0 : 1;
      return next();
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isOwn(file)) {
        names++;
        bytes += attributes.isRegularFile() ? attributes.size() : 0;
      }
      return next();
    }

    /** It was removed meanwhile, or cannot be read: then it has a name all the same. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return next();
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
      return next();
    }

    private FileVisitResult next() {
      return stopped ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    private boolean isOwn(Path entry) {
      return root.equals(entry.getParent())
          && entry.getFileName().toString().startsWith(RemoteName.RESERVED_PREFIX);
    }
  }
}
