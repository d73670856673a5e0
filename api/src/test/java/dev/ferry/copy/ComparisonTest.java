package dev.ferry.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import dev.ferry.tree.LocalFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files of a copy are asked for, left out and transferred. */
class ComparisonTest {
  private static final long TIME_NS = 1_234_567_890_123_456_789L;
  private static final TransferFailure MISSING =
      new TransferFailure.Refused(RefusalReason.NO_SUCH_FILE);

  @TempDir Path directory;
  private final Queue<FileJob> found = new ArrayDeque<>();
  private final TreeLog log = new TreeLog();

  private FileJob file(String name) throws IOException {
    Path file = Files.writeString(directory.resolve(name), name);
    Files.setLastModifiedTime(file, FileTime.from(TIME_NS, TimeUnit.NANOSECONDS));
    FileJob job = new FileJob(file, name, name, name.length());
    found.add(job);
    return job;
  }

  private Comparison comparison(boolean checksum) {
    return new Comparison(
        found::poll, false, new CompareOptions(checksum, false, false), Verdicts.ofCopy(log));
  }

  /** The same in every run. */
  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(1).nextBytes(content);
    return content;
  }

  private static ServerQuestion question(BatchRequest request, Subject subject, String name) {
    assertThat(request).isInstanceOf(ServerQuestion.class);
    ServerQuestion question = (ServerQuestion) request;
    assertThat(question.subject()).isEqualTo(subject);
    assertThat(question.name()).isEqualTo(name);
    return question;
  }

  private static FileAttributes attributes(long sizeBytes, long modifiedNs) {
    return new FileAttributes(sizeBytes, modifiedNs, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1234567890123456789, true",
    "1234567890123456000, true",
    "1234567890123000000, true",
    "1234567890000000000, true",
    "1234567890123456788, false",
    "1234567890123450000, false",
    "1234567891000000000, false",
    "0, false",
  })
  void shouldCompareTimesAsFarAsBothEndsKeepThem(long theirsNs, boolean unchanged)
      throws IOException, InterruptedException {
    FileJob job = file("a");
    Comparison comparison = comparison(false).with(each -> Sight.of(1, theirsNs));

    assertThat(comparison.next()).isEqualTo(unchanged ? null : job);
    assertThat(comparison.next()).isNull();
  }

  @Test
  void shouldAskForWhatIsNotKnownAndTransferMeanwhile() throws IOException, InterruptedException {
    file("same");
    FileJob missing = file("missing");
    FileJob larger = file("larger");
    Comparison comparison = comparison(false);
    ServerQuestion first = question(comparison.next(), Subject.ATTRIBUTES, "same");
    ServerQuestion second = question(comparison.next(), Subject.ATTRIBUTES, "missing");
    second.listener().failed(MISSING);
    assertThat(comparison.next()).isEqualTo(missing);
    ServerQuestion third = question(comparison.next(), Subject.ATTRIBUTES, "larger");
    third.listener().answered(attributes(7, TIME_NS), "");
    first.listener().answered(attributes(4, TIME_NS), "");

    assertThat(comparison.next()).isEqualTo(larger);
    assertThat(comparison.next()).isNull();
    assertThat(log.lines()).containsExactly("unchanged same");
  }

  @Test
  void shouldCompareDigestsOfFilesOfTheSameSizeOnly() throws IOException, InterruptedException {
    FileJob same = file("same");
    FileJob other = file("other");
    FileJob longer = file("longer");
    Comparison comparison =
        comparison(true).with(job -> Sight.of(job.equals(longer) ? 99 : job.sizeBytes(), 0));
    ServerQuestion first = question(comparison.next(), Subject.DIGEST, "same");
    ServerQuestion second = question(comparison.next(), Subject.DIGEST, "other");
    assertThat(comparison.next()).isEqualTo(longer);
    first.listener().answered(attributes(4, 0), LocalFile.sha256Hex(same.path()));
    second.listener().answered(attributes(5, 0), LocalFile.sha256Hex(same.path()));

    assertThat(comparison.next()).isEqualTo(other);
    assertThat(comparison.next()).isNull();
  }

  @Test
  void shouldAskNoMoreOfAServerThatAnswersNothing() throws IOException, InterruptedException {
    for (String name : List.of("a", "b", "c", "d")) {
      file(name);
    }
    Comparison comparison = comparison(false);
    ServerQuestion first = question(comparison.next(), Subject.ATTRIBUTES, "a");
    ServerQuestion second = question(comparison.next(), Subject.ATTRIBUTES, "b");
    first.listener().failed(TransferFailure.Refused.UNANSWERED);
    second.listener().failed(TransferFailure.Refused.UNANSWERED);

    assertThat(rest(comparison)).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(log.lines()).containsExactly("not compared");
  }

  @Test
  void shouldHandOutWhatIsLeftWhenItGivesUp() throws IOException, InterruptedException {
    for (String name : List.of("a", "b", "c")) {
      file(name);
    }
    Comparison comparison = comparison(true).with(job -> Sight.of(1, 0));
    question(comparison.next(), Subject.DIGEST, "a")
        .listener()
        .failed(new TransferFailure.Stopped());
    comparison.giveUp();

    assertThat(rest(comparison)).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void shouldLookAtTheServersDirectoriesFirst() throws IOException, InterruptedException {
    file("a");
    Comparison comparison = comparison(false);
    try (ServerTree tree = comparison.tree()) {
      tree.look(List.of("a/b", "c", ""));
      ServerQuestion first = question(comparison.next(), Subject.LIST, "a/b");
      ServerQuestion second = question(comparison.next(), Subject.LIST, "c");
      question(comparison.next(), Subject.LIST, "").listener().failed(MISSING);
      first.listener().failed(MISSING);
      second.listener().failed(TransferFailure.Refused.UNANSWERED);
      question(comparison.next(), Subject.ATTRIBUTES, "c")
          .listener()
          .failed(new TransferFailure.Refused(RefusalReason.CANNOT_CREATE));

      assertThat(rest(comparison)).containsExactly("a");
      assertThat(tree.see("a/b/c").state()).isEqualTo(Sight.State.ABSENT);
      assertThat(tree.see("a/x").state()).as("below the root").isEqualTo(Sight.State.ABSENT);
    }
  }

  private FileJob large(String name) throws IOException {
    byte[] content = content(5 * BlockSums.BLOCK_BYTES);
    Path file = Files.write(directory.resolve(name), content);
    FileJob job = new FileJob(file, name, name, content.length);
    found.add(job);
    return job;
  }

  @Test
  void shouldAskForTheBlocksOfLargeFilesThatHaveChanged() throws IOException, InterruptedException {
    FileJob job = large("large");
    try (Comparison comparison = comparison(false).with(each -> Sight.of(1, 0))) {
      ServerQuestion blocks = question(comparison.next(), Subject.BLOCK_DIGESTS, "large");
      byte[] digests = new byte[5 * Sha256.BYTES];
      byte[] first = content(5 * BlockSums.BLOCK_BYTES);
      System.arraycopy(
          Sha256.of(Arrays.copyOf(first, BlockSums.BLOCK_BYTES)), 0, digests, 0, Sha256.BYTES);
      Files.write(blocks.file(), digests);
      blocks.listener().answered(null, "");

      assertThat(comparison.next())
          .isEqualTo(job.reusing(List.of(new ByteRange(0, BlockSums.BLOCK_BYTES))));
      assertThat(comparison.next()).isNull();
      assertThat(blocks.file()).doesNotExist();
    }
  }

  @Test
  void shouldCopyWholeFilesIfNoBlocksAreTold() throws IOException, InterruptedException {
    FileJob first = large("first");
    FileJob second = large("second");
    try (Comparison comparison = comparison(false).with(each -> Sight.of(1, 0))) {
      question(comparison.next(), Subject.BLOCK_DIGESTS, "first")
          .listener()
          .failed(TransferFailure.Refused.UNANSWERED);

      assertThat(comparison.next()).isEqualTo(first);
      assertThat(comparison.next()).isEqualTo(second);
      assertThat(comparison.next()).isNull();
    }
  }

  private static List<String> rest(Comparison comparison) throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (BatchRequest each = comparison.next(); each != null; each = comparison.next()) {
      names.add(((FileJob) each).name());
    }
    return names;
  }
}
