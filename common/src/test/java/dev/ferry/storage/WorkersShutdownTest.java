package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publication;
import static dev.ferry.storage.TestPartialFiles.sha256;
import static dev.ferry.storage.TestPartialFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.SourceFile.DigestListener;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that ends shuts its disk workers down while a flush is under way. The workers finish
 * what they have taken and take nothing new; the steps that follow the flush must run all the same.
 */
class WorkersShutdownTest {
  private static final byte[] CONTENT = content((int) Flusher.FLUSH_EVERY_BYTES, 1);

  @TempDir Path root;

  private final List<Runnable> disk = new ArrayList<>();
  private final List<LongConsumer> engine = new ArrayList<>();
  private boolean shutDown;

  private void accept(Runnable task) {
    if (shutDown) {
      throw new RejectedExecutionException("shut down");
    }
    disk.add(task);
  }

  private DiskLabStore store() throws IOException {
    return DiskLabStore.open(
        root, TestStore.OVERWRITE, TestStore.workers(this::accept), engine::add);
  }

  private void finishDiskWork() {
    while (!disk.isEmpty()) {
      disk.remove(0).run();
    }
  }

  private void settle() {
    while (!disk.isEmpty() || !engine.isEmpty()) {
      finishDiskWork();
      runEngine();
    }
  }

  private void runEngine() {
    while (!engine.isEmpty()) {
      engine.remove(0).accept(0);
    }
  }

  /** A part file whose only flush waits for a worker, and all of whose blocks are hashed. */
  private PartialFile partWithASlowFlush() throws IOException {
    Opening opening = opening(store().parts(), file("file", CONTENT));
    settle();
    OpenedPart part = opening.part.join();
    write(part, CONTENT, 0, CONTENT.length);
    finishDiskWork();
    runEngine();
    Runnable flushing = disk.remove(disk.size() - 1);
    finishDiskWork();
    disk.add(flushing);
    return part;
  }

  private void shutDownAndFinish() {
    shutDown = true;
    finishDiskWork();
  }

  @Test
  void shouldKeepAPartFileOnceItsFlushHasEnded() throws IOException {
    partWithASlowFlush().keep();
    shutDownAndFinish();
    assertThat(blocks(TestPartialFiles.open(root, file("file", CONTENT)))).isEqualTo("0-32");
  }

  @Test
  void shouldRemoveADiscardedPartFileOnceItsFlushHasEnded() throws IOException {
    partWithASlowFlush().discard();
    shutDownAndFinish();
    assertThat(TestStore.tree(root)).isEmpty();
  }

  @Test
  void shouldPublishOnceTheFlushHasEnded() throws IOException {
    CompletableFuture<Outcome> outcome = publication(partWithASlowFlush(), CONTENT);
    shutDownAndFinish();
    assertThat(root.resolve("file")).hasBinaryContent(CONTENT);
    runEngine();
    assertThat(outcome.join().failure()).isNull();
  }

  /** Each flush is followed by a step that counts it, whether the part file has ended or not. */
  @Test
  void shouldCountAFlushThatEndsAfterTheShutdown() throws IOException {
    PartialFile part = partWithASlowFlush();
    shutDownAndFinish();
    runEngine();
    assertThat(part.backlogBytes()).isZero();
  }

  @Test
  void shouldEndALabUploadWhoseFlushIsUnderWay() throws IOException {
    IncomingFile discarded = TestStore.written(store(), "discarded", CONTENT);
    IncomingFile published = TestStore.written(store(), "published", CONTENT);
    discarded.discard();
    CompletableFuture<Outcome> outcome = TestStore.publish(published);
    shutDownAndFinish();
    runEngine();
    assertThat(outcome.join().failure()).isNull();
    assertThat(TestStore.tree(root)).containsExactly("published");
  }

  /** More than one slice. */
  @Test
  void shouldFinishADigestThatIsBeingTaken() throws IOException {
    byte[] content = content((16 << 20) + BLOCK, 2);
    Path source = Files.write(root.resolve("source"), content);
    DiskSourceFile file =
        new DiskSourceFile(DiskFileContent.open(source), this::accept, engine::add);
    CompletableFuture<byte[]> digest = new CompletableFuture<>();
    file.digest(
        new DigestListener() {
          @Override
          public void digested(ContentCheck check, long nowNs) {
            digest.complete(check.sha256().toArray());
          }

          @Override
          public void failed(IOException cause, long nowNs) {
            digest.completeExceptionally(cause);
          }
        });
    shutDownAndFinish();
    runEngine();
    assertThat(digest.join()).isEqualTo(sha256(content));
    file.release();
  }
}
