package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publication;
import static dev.ferry.storage.TestPartialFiles.sha256;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.ArrivalHook.Arrival;
import dev.ferry.storage.ArrivalHook.Verdict;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose hook has yet to say what becomes of them. */
class ArrivalHookTest {
  private static final byte[] CONTENT = content(600_000, 1);
  private final StorageException no = new StorageException(RefusalReason.NOT_PERMITTED, "no");

  @TempDir Path root;
  @TempDir Path elsewhere;
  private final Queue<Arrival> asked = new ArrayDeque<>();
  private final Queue<Verdict> verdicts = new ArrayDeque<>();
  private DiskLabStore store;

  @BeforeEach
  void openStore() throws IOException {
    ArrivalHook hook =
        (arrival, verdict) -> {
          asked.add(arrival);
          verdicts.add(verdict);
        };
    store =
        DiskLabStore.open(
            root, TestStore.OVERWRITE.withHook(hook), TestStore.workers(Runnable::run), AT_ONCE);
  }

  private CompletableFuture<Outcome> send(ReceiveRequest request, byte[] content)
      throws IOException {
    OpenedPart part = opening(store.parts(), request).part.join();
    writeMissing(part, content);
    return publication(part, content);
  }

  @Test
  void shouldStoreWhatPassesAndNotBefore() throws IOException {
    CompletableFuture<Outcome> outcome = send(file("d/name", CONTENT), CONTENT);
    assertThat(outcome).isNotDone();
    assertThat(root.resolve("d")).doesNotExist();
    Arrival arrival = asked.remove();
    String sha256Hex = HexFormat.of().formatHex(sha256(CONTENT));
    assertThat(arrival.name()).isEqualTo("d/name");
    assertThat(arrival.sizeBytes()).isEqualTo(CONTENT.length);
    assertThat(arrival.sha256Hex()).isEqualTo(sha256Hex);
    assertThat(arrival.file()).hasBinaryContent(CONTENT);
    verdicts.remove().tell(null);
    assertThat(outcome.join().sha256Hex()).isEqualTo(sha256Hex);
    assertThat(TestStore.tree(root)).containsExactly("d", "d/name");
  }

  @Test
  void shouldLeaveNothingOfWhatIsTurnedDown() throws IOException {
    Files.writeString(root.resolve("name"), "old");
    CompletableFuture<Outcome> outcome = send(file("name", CONTENT), CONTENT);
    verdicts.remove().tell(no);
    assertThat(outcome.join().failure()).isSameAs(no);
    assertThat(TestStore.tree(root)).containsExactly("name");
    assertThat(root.resolve("name")).hasContent("old");
    assertThat(TestPartialFiles.open(store.parts(), file("name", CONTENT)).present()).isEmpty();
  }

  @Test
  void shouldKeepWhatNobodyHasLookedAt() throws IOException {
    CompletableFuture<Outcome> outcome = send(file("name", CONTENT), CONTENT);
    verdicts.remove().tell(StorageException.busy("it stops", 1));
    assertThat(outcome.join().reason()).isEqualTo(RefusalReason.BUSY);
    OpenedPart kept = opening(store.parts(), file("name", CONTENT)).part.join();
    assertThat(kept.verified().get(0).end()).isEqualTo(CONTENT.length);
    CompletableFuture<Outcome> again = publication(kept, CONTENT);
    verdicts.remove().tell(null);
    assertThat(again.join().isPublished()).isTrue();
  }

  @Test
  void shouldHaveALaterAttemptWaitForTheVerdict() throws IOException {
    CompletableFuture<Outcome> outcome = send(file("name", CONTENT), CONTENT);
    Opening later = opening(store.parts(), file("name", CONTENT));
    assertThat(later.part).isNotDone();
    verdicts.remove().tell(StorageException.busy("it stops", 1));
    assertThat(outcome.join().reason()).isEqualTo(RefusalReason.BUSY);
    assertThat(later.part.join().verified()).hasSize(1);
  }

  /** As a kill would leave it. */
  @Test
  void shouldLookAgainAfterAKill() throws IOException {
    assertThat(send(file("name", CONTENT), CONTENT)).isNotDone();
    Path copy = TestPartialFiles.crash(root, elsewhere.resolve("copy"));
    DiskLabStore restarted =
        DiskLabStore.open(
            copy,
            TestStore.OVERWRITE.withHook((arrival, verdict) -> verdict.tell(null)),
            TestStore.workers(Runnable::run),
            AT_ONCE);
    OpenedPart part = opening(restarted.parts(), file("name", CONTENT)).part.join();
    assertThat(part.verified().get(0).end()).isEqualTo(CONTENT.length);
    assertThat(publication(part, CONTENT).join().isPublished()).isTrue();
    assertThat(TestStore.tree(copy)).containsExactly("name");
  }

  @Test
  void shouldLookAtSmallFilesAndStreamsAndEmptyOnes() throws IOException {
    byte[] small = content(100, 2);
    FileAttributes attributes = new FileAttributes(100, MODIFIED_NS, 0b110_000_100);
    ReceiveRequest many =
        new ReceiveRequest(ID, "m", attributes, false, false, false, Bytes.EMPTY, true);
    CompletableFuture<Outcome> outcome = send(many, small);
    assertThat(asked.remove().file()).hasBinaryContent(small);
    verdicts.remove().tell(null);
    assertThat(outcome.join().isPublished()).isTrue();

    OpenedPart stream =
        opening(store.parts(), file(ID, "s", FileAttributes.UNKNOWN_SIZE, MODIFIED_NS)).part.join();
    TestPartialFiles.write(stream, small, 0, small.length);
    stream.endsAt(small.length);
    outcome = publication(stream, small);
    assertThat(asked.remove().sizeBytes()).isEqualTo(100);
    verdicts.remove().tell(no);
    assertThat(outcome.join().failure()).isSameAs(no);

    outcome = send(file("e", new byte[0]), new byte[0]);
    assertThat(asked.remove().sizeBytes()).isZero();
    verdicts.remove().tell(null);
    assertThat(outcome.join().isPublished()).isTrue();
    assertThat(TestStore.tree(root)).containsExactly("e", "m");
  }

  @Test
  void shouldLookAtFilesOfLabMode() throws IOException {
    for (StorageException verdict : new StorageException[] {no, null}) {
      CompletableFuture<Outcome> outcome =
          TestStore.publish(TestStore.written(store, "lab", content(100, 3)));
      assertThat(outcome).isNotDone();
      Arrival arrival = asked.remove();
      assertThat(arrival.owner()).isNull();
      assertThat(arrival.file()).hasBinaryContent(content(100, 3));
      verdicts.remove().tell(verdict);
      assertThat(outcome.join().failure()).isSameAs(verdict);
    }
    assertThat(TestStore.tree(root)).containsExactly("lab");
  }
}
