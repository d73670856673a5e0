package dev.ferry.api;

import java.time.Duration;

/** Counts what a copy has come to. Not thread-safe. */
final class CopyCount {
  private long stored;
  private long unchanged;
  private long differing;
  private long failed;
  private long leftOut;
  private long storedBytes;
  private long resumedBytes;
  private long knownFiles;
  private long knownBytes;

  /** A file is to be copied, unless it is unchanged. */
  void found(long sizeBytes) {
    knownFiles++;
    knownBytes += sizeBytes;
  }

  void add(FileResult result) {
    switch (result.kind()) {
      case STORED -> {
        FileResult.Stored file = (FileResult.Stored) result;
        stored++;
        storedBytes += file.sizeBytes();
        resumedBytes += file.resumedBytes();
      }
      case UNCHANGED -> {
        unchanged++;
        knownFiles--;
        knownBytes -= ((FileResult.Unchanged) result).sizeBytes();
      }
      case DIFFERENT -> differing++;
      case FAILED -> failed++;
      case LEFT_OUT -> leftOut++;
    }
  }

  /** How far the copy is, with what has arrived of files that are under way. */
  CopyProgress progress(long underWayBytes) {
    long done = storedBytes + underWayBytes;
    return new CopyProgress(stored, knownFiles, done, Math.max(done, knownBytes));
  }

  CopySummary summary(Duration duration) {
    return new CopySummary(
        stored, unchanged, differing, failed, leftOut, storedBytes, resumedBytes, duration);
  }
}
