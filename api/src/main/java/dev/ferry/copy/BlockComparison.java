package dev.ferry.copy;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.tree.LocalFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which blocks of a file that has changed are the same at both ends, by their SHA-256, so
 * that only the others are sent. Not thread-safe, but for the listeners of its questions.
 */
final class BlockComparison implements Closeable {
  /** In a smaller file there is not enough to be saved for the round trip that it takes. */
  static final long MIN_BYTES = 1 << 20;

  private final Runnable asked;
  private final Consumer<Supplier<@Nullable BatchRequest>> answered;
  private @Nullable Path directory;
  private int questions;

  /** Whether nothing is asked any more: the user does not want it, or the server tells nothing. */
  private boolean off;

  /**
   * Has compared nothing yet.
   *
   * @param off whether nothing is to be
   * @param asked hears of each question
   * @param answered takes what is to be done about its answer; thread-safe
   */
  BlockComparison(
      boolean off, Runnable asked, Consumer<Supplier<@Nullable BatchRequest>> answered) {
    this.off = off;
    this.asked = asked;
    this.answered = answered;
  }

  /** The question that is to be asked first; the file itself if there is none. */
  BatchRequest compared(FileJob job) {
    FileAttributes here = off ? null : LocalFile.attributes(job.file());
    if (here == null || here.sizeBytes() < MIN_BYTES) {
      return job;
    }
    Path digests;
    try {
      digests = place();
    } catch (IOException e) {
      off = true; // The file can be copied as a whole.
      return job;
    }
    asked.run();
    return new ServerQuestion(
        Subject.BLOCK_DIGESTS, job.name(), digests, job.sizeBytes(), new Asked(job, digests));
  }

  private Path place() throws IOException {
    Path place = directory == null ? Files.createTempDirectory("ferry-blocks") : directory;
    directory = place;
    questions++;
    return place.resolve("digests" + questions);
  }

  private FileJob reusing(FileJob job, Path digests) {
    try {
      FileJob reusing = job.reusing(LocalFile.sameBlocks(job.file(), digests));
      Files.deleteIfExists(digests);
      return reusing;
    } catch (IOException e) {
      return job; // Whatever is wrong with it is said when it is copied.
    }
  }

  private final class Asked implements ServerQuestion.Listener {
    private final FileJob job;
    private final Path digests;

    Asked(FileJob job, Path digests) {
      this.job = job;
      this.digests = digests;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      answered.accept(() -> reusing(job, digests));
    }

    @Override
    public void failed(TransferFailure failure) {
      answered.accept(
          () -> {
            off |= failure == TransferFailure.Refused.UNANSWERED;
            return job;
          });
    }
  }

  @Override
  public void close() throws IOException {
    if (directory != null) {
      for (int i = 1; i <= questions; i++) {
        Files.deleteIfExists(directory.resolve("digests" + i));
      }
      Files.deleteIfExists(directory);
    }
  }
}
