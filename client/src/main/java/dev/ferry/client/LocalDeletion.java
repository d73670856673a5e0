package dev.ferry.client;

import dev.ferry.cli.ExitCode;
import dev.ferry.copy.CopyTarget;
import dev.ferry.copy.TreeCopy;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.tree.LocalSurplus;
import dev.ferry.tree.SourceNames;
import dev.ferry.tree.Surplus;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import org.jspecify.annotations.Nullable;

/** Deletes on this machine what the sources of a copy from a server do not have. */
final class LocalDeletion {
  private final CopyTarget target;
  private final Deletion deletion;
  private final CopyReport report;

  LocalDeletion(CopyTarget target, CopyOptions options, CopyReport report) {
    this.target = target;
    this.deletion = new Deletion(options, report);
    this.report = report;
  }

  /**
   * Deletes what is surplus, or says what would be.
   *
   * @param told what the server has, by names below the target
   * @return null, as nothing is to be fetched for it
   */
  @Nullable BatchRequest delete(TreeCopy.Told told) {
    if (!deletion.mayBegin()) {
      return null;
    }
    SourceNames sources;
    try {
      sources = told.names();
    } catch (IOException e) {
      report.failed("", e);
      return null;
    }
    if (told.isComplete()) {
      delete(sources, (name, isDirectory) -> told.mayBeAtServer(name));
    } else {
      report.notDeleted("the server does not say whether its lists are complete");
    }
    return null;
  }

  /**
   * Deletes what is surplus.
   *
   * @param keep what stays although the sources have not said that they have it
   */
  private void delete(SourceNames sources, Surplus.Keep keep) {
    LocalSurplus here = new LocalSurplus(target.path());
    try {
      Surplus surplus = here.find(sources, keep, deletion.isCopied());
      if (deletion.confirms(surplus)) {
        here.delete(surplus, new Told());
      }
    } catch (IOException e) {
      report.notDeleted("the destination cannot be looked through: " + e.getMessage());
    }
  }

  private final class Told implements LocalSurplus.Outcomes {
    @Override
    public void deleted(String name) {
      report.deleted(name);
    }

    @Override
    public void notDeleted(String name, IOException cause) {
      if (cause instanceof DirectoryNotEmptyException) {
        report.stays(name);
      } else {
        String shown = target.path().resolve(name).toString();
        report.failed(shown, new FailureText(ExitCode.IO_ERROR, "it cannot be deleted: " + cause));
      }
    }
  }
}
