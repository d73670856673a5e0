package dev.ferry.client;

import dev.ferry.tree.Surplus;

/**
 * What every deletion of a copy begins with: whether anything may be deleted, and what. Not
 * thread-safe.
 */
final class Deletion {
  private final CopyOptions options;
  private final CopyReport report;

  Deletion(CopyOptions options, CopyReport report) {
    this.options = options;
    this.report = report;
  }

  /** Whether nothing is in the way so far; else the user is told. */
  boolean mayBegin() {
    if (report.isClean()) {
      return true;
    }
    report.nothingDeleted("not everything was copied");
    return false;
  }

  /** Whether there are names that differ by their case alone only if they are of two files. */
  boolean isCopied() {
    return !options.dryRun();
  }

  /**
   * Whether something that is surplus is to be deleted; else the user is told what would be, or why
   * nothing is.
   */
  boolean confirms(Surplus surplus) {
    if (surplus.count() > options.delete().most()) {
      report.tooMuchToDelete(surplus.count(), options.delete().most());
      return false;
    }
    if (!options.dryRun()) {
      return true;
    }
    surplus.files().forEach(report::wouldDelete);
    surplus.directories().forEach(group -> group.forEach(name -> report.wouldDelete(name + "/")));
    return false;
  }
}
