package dev.ferry.client;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.JsonEvent;
import dev.ferry.client.CopyOperand.Remote;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of each file below a directory at a server, as {@code sha256sum -c} reads it, in the
 * order in which the server answers. Thread-safe as far as its candidates are.
 */
final class Manifest implements FileJobs {
  private final FileJobs candidates;
  private final Remote place;
  private final Console console;
  private final CopyReport report;

  /**
   * Prints a manifest.
   *
   * @param candidates the files at the server
   * @param place where they are
   * @param report is told of what cannot be read
   */
  Manifest(FileJobs candidates, Remote place, Console console, CopyReport report) {
    this.candidates = candidates;
    this.place = place;
    this.console = console;
    this.report = report;
  }

  @Override
  public @Nullable BatchRequest next() throws InterruptedException {
    BatchRequest next = candidates.next();
    while (next instanceof FileJob job && !isPrintable(job)) {
      next = candidates.next();
    }
    return next instanceof FileJob job
        ? new ServerQuestion(Subject.DIGEST, job.name(), null, job.sizeBytes(), new Asked(job))
        : next;
  }

  /** Whether it belongs there; a server that keeps the rules has no name that a terminal obeys. */
  private boolean isPrintable(FileJob job) {
    String name = job.name().replace("\\", "");
    if (!Escaper.escape(name).equals(name)) {
      report.failed(job.listed(), new IOException("a name that cannot be printed"));
      return false;
    }
    return job.kind() == FileKind.FILE;
  }

  /**
   * A line as sha256sum(1) writes it: a backslash in front says that there are some in the name.
   */
  static String line(String sha256Hex, String name) {
    String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    return (escaped.equals(name) ? "" : "\\") + sha256Hex + "  " + escaped;
  }

  private final class Asked implements ServerQuestion.Listener {
    private final FileJob job;

    Asked(FileJob job) {
      this.job = job;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      String below = place.bare().path();
      String name =
          job.name().startsWith(below + "/")
              ? job.name().substring(below.length() + 1)
              : job.name();
      if (console.json()) {
        console
            .out()
            .println(
                JsonEvent.of(ClientReport.SCHEMA, "digest")
                    .put("server", place.server().toString())
                    .put("name", name)
                    .put("sha256", sha256Hex));
      } else {
        console.out().println(line(sha256Hex, name));
      }
    }

    @Override
    public void failed(TransferFailure failure) {
      if (failure == TransferFailure.Refused.UNANSWERED) {
        report.cannotVerify();
      } else {
        report.notVerified(job, failure);
      }
    }
  }
}
