package dev.ferry.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.IfExists;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.tree.IgnoreRules;
import dev.ferry.tree.TreeLinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a server, and fetched, for the sources of a copy. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RemoteJobsTest {
  private static final ListEntry DIRECTORY = new ListEntry(FileKind.DIRECTORY, 0, 1, 0755, "", "");

  @TempDir Path directory;
  private final TreeLog log = new TreeLog();

  private RemoteJobs jobs(String... paths) {
    TreeOptions options =
        new TreeOptions(
            IgnoreRules.of(List.of("left")),
            TreeLinks.NONE,
            new CompareOptions(false, false, false),
            new TransferOptions(IfExists.OVERWRITE, true, Dialect.SPACED),
            true,
            true);
    List<RemoteSource> sources =
        Arrays.stream(paths).map(path -> new RemoteSource("", path)).toList();
    CopyTarget target = new CopyTarget(directory, true, false);
    return new RemoteJobs(sources, target, options, log, new Outcomes(log));
  }

  private static ListEntry file(String name) {
    return new ListEntry(FileKind.FILE, 7, 1, 0644, name, "");
  }

  private static void answer(BatchRequest request, ListEntry... entries) throws IOException {
    ServerQuestion question = (ServerQuestion) request;
    assertThat(question.subject()).isEqualTo(Subject.LIST);
    Path file = question.file();
    assertThat(file).isNotNull();
    try (DeflaterOutputStream out = new DeflaterOutputStream(Files.newOutputStream(file))) {
      for (ListEntry entry : entries) {
        out.write(entry.encode());
      }
    }
    question.listener().answered(null, "");
  }

  private static void fail(BatchRequest request, TransferFailure failure) {
    ((ServerQuestion) request).listener().failed(failure);
  }

  private static String name(BatchRequest request) {
    return ((FileJob) request).name();
  }

  @Test
  void shouldAskForAllListsBeforeItWaitsForOne() throws IOException, InterruptedException {
    try (RemoteJobs jobs = jobs("a", "b/", "c")) {
      BatchRequest first = jobs.next();
      BatchRequest second = jobs.next();
      BatchRequest third = jobs.next();
      answer(third, file(""));
      answer(second, DIRECTORY, file("x"), file("left"));
      answer(first, DIRECTORY, file("y"));

      assertThat(name(jobs.next())).isEqualTo("a/y");
      assertThat(name(jobs.next())).isEqualTo("b/x");
      assertThat(name(jobs.next())).isEqualTo("c");
      assertThat(jobs.next()).isNull();
    }
    assertThat(log.lines()).containsExactly("found a/y", "found b/x", "found c");
  }

  @Test
  void shouldFetchAFileFromAServerThatMakesNoLists() throws InterruptedException {
    try (RemoteJobs jobs = jobs("a", "b/")) {
      BatchRequest first = jobs.next();
      fail(jobs.next(), TransferFailure.Refused.UNANSWERED);
      fail(first, TransferFailure.Refused.UNANSWERED);

      assertThat(name(jobs.next())).isEqualTo("a");
      assertThat(jobs.next()).isNull();
    }
    assertThat(log.lines()).containsExactly("found a", "not listed b/ REFUSED");
  }

  @Test
  void shouldGoOnWithTheOthersIfOneIsMissing() throws IOException, InterruptedException {
    try (RemoteJobs jobs = jobs("a", "b")) {
      BatchRequest first = jobs.next();
      answer(jobs.next(), file(""));
      fail(first, new TransferFailure.Refused(RefusalReason.NO_SUCH_FILE));

      assertThat(name(jobs.next())).isEqualTo("b");
      assertThat(jobs.next()).isNull();
    }
    assertThat(log.lines()).containsExactly("not listed a REFUSED", "found b");
  }

  @Test
  void shouldAskNoMoreOnceTheServerIsLost() throws InterruptedException {
    try (RemoteJobs jobs = jobs("1", "2", "3", "4", "5", "6", "7", "8", "9")) {
      List<BatchRequest> asked =
          List.of(
              jobs.next(),
              jobs.next(),
              jobs.next(),
              jobs.next(),
              jobs.next(),
              jobs.next(),
              jobs.next(),
              jobs.next());
      asked.forEach(each -> fail(each, new TransferFailure.LostContact()));

      assertThat(jobs.next()).isNull();
    }
    assertThat(log.lines()).hasSize(8).startsWith("not listed 1 LOST_CONTACT");
  }
}
