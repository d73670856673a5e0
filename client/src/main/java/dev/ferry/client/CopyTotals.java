package dev.ferry.client;

import dev.ferry.cli.ExitCode;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Units;
import java.util.List;
import java.util.Locale;

/** The sums of a copy of many files. Not thread-safe. */
final class CopyTotals {
  /**
   * From the least to the worst. What is worth another attempt is above what stays as it is: a
   * script that repeats a copy as long as that is worth while must not miss it.
   */
  private static final List<ExitCode> BY_SEVERITY =
      List.of(
          ExitCode.OK,
          ExitCode.NO_INPUT,
          ExitCode.CANNOT_CREATE,
          ExitCode.NOT_PERMITTED,
          ExitCode.REFUSED,
          ExitCode.DATA_ERROR,
          ExitCode.IO_ERROR,
          ExitCode.TEMPORARY,
          ExitCode.PROTOCOL,
          ExitCode.NO_HOST,
          ExitCode.CONFIGURATION,
          ExitCode.USAGE,
          ExitCode.SOFTWARE,
          ExitCode.INTERRUPTED);

  private long foundFiles;
  private long sizeBytes;
  private long doneFiles;
  private long doneBytes;
  private long resumedBytes;
  private long directories;
  private long failed;
  private long left;
  private long skipped;
  private long unchanged;
  private long differing;
  private long missing;
  private long deleted;
  private ExitCode worst = ExitCode.OK;

  /** The worse of two. */
  static ExitCode worse(ExitCode one, ExitCode other) {
    return BY_SEVERITY.indexOf(one) >= BY_SEVERITY.indexOf(other) ? one : other;
  }

  void found(long bytes) {
    foundFiles++;
    sizeBytes += bytes;
  }

  /** A file turns out to be larger than it seemed. */
  void grow(long bytes) {
    sizeBytes += bytes;
  }

  void completed(long bytes, long ofItBefore) {
    doneFiles++;
    doneBytes += bytes;
    resumedBytes += ofItBefore;
  }

  /** A directory has been made, or has got its time and mode. */
  void directory() {
    directories++;
  }

  void failed(ExitCode code) {
    failed++;
    worst = worse(worst, code);
  }

  /** A file was not even tried. */
  void left() {
    left++;
  }

  /** A file that was verified is the same at both ends. */
  void same(long bytes) {
    doneFiles++;
    doneBytes += bytes;
  }

  /** A file that was verified is another one at the destination, or missing there. */
  void differs(boolean isMissing) {
    missing += isMissing ? 1 : 0;
    differing += isMissing ? 0 : 1;
    worst = worse(worst, ExitCode.DATA_ERROR);
  }

  /** Something at the destination was deleted. */
  void deleted() {
    deleted++;
  }

  /** Whether something has failed, or was not tried. */
  boolean hasTrouble() {
    return failed > 0 || left > 0;
  }

  /** What was verified, for people. */
  String verified() {
    return doneFiles
        + " file(s) the same: "
        + Units.formatBytes(doneBytes)
        + (differing == 0 ? "" : ", " + differing + " differ")
        + (missing == 0 ? "" : ", " + missing + " missing")
        + rest();
  }

  /** The same for machines. */
  JsonLine putVerified(JsonLine line, long durationNs) {
    return line.put("files", doneFiles)
        .put("doneBytes", doneBytes)
        .put("differingFiles", differing)
        .put("missingFiles", missing)
        .put("failedFiles", failed)
        .put("leftFiles", left)
        .put("skippedFiles", skipped)
        .put("durationNs", durationNs);
  }

  /** What was removed, for people. */
  String removed() {
    return doneFiles + " file(s) and directories" + rest();
  }

  /** The same for machines. */
  JsonLine putRemoved(JsonLine line) {
    return line.put("files", doneFiles).put("failedFiles", failed).put("leftFiles", left);
  }

  /** A file that was found is the same at both ends. */
  void unchanged(long bytes) {
    unchanged++;
    foundFiles--;
    sizeBytes -= bytes;
  }

  void skipped() {
    skipped++;
  }

  long doneBytes() {
    return doneBytes;
  }

  /** The sizes of all files so far. */
  long sizeBytes() {
    return sizeBytes;
  }

  ExitCode worst() {
    return worst;
  }

  /** How many files have arrived, of those that are known. */
  String files() {
    return doneFiles + "/" + foundFiles + " files";
  }

  private String rest() {
    return (unchanged == 0 ? "" : ", " + unchanged + " unchanged")
        + (deleted == 0 ? "" : ", " + deleted + " deleted")
        + (failed == 0 ? "" : ", " + failed + " failed")
        + (left == 0 ? "" : ", " + left + " not tried")
        + (skipped == 0 ? "" : ", " + skipped + " left out");
  }

  /** What would be done, for people. */
  String plan() {
    return doneFiles + " file(s): " + Units.formatBytes(doneBytes) + rest();
  }

  /** What was done, for people. */
  String summary(long durationNs) {
    return String.format(
        Locale.ROOT,
        "%d file(s): %s (%d bytes%s) in %s, %s%s",
        doneFiles,
        Units.formatBytes(doneBytes),
        doneBytes,
        resumedBytes == 0 ? "" : ", " + Units.formatBytes(resumedBytes) + " of it before",
        Units.formatNanos(durationNs),
        Units.formatRate(doneBytes - resumedBytes, durationNs),
        rest());
  }

  /** The same for machines. */
  JsonLine put(JsonLine line, long durationNs) {
    return line.put("files", doneFiles)
        .put("directories", directories)
        .put("doneBytes", doneBytes)
        .put("resumedBytes", resumedBytes)
        .put("failedFiles", failed)
        .put("leftFiles", left)
        .put("skippedFiles", skipped)
        .put("unchangedFiles", unchanged)
        .put("deletedFiles", deleted)
        .put("durationNs", durationNs);
  }
}
