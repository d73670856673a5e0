package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.publication;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.KeptParts.Kept;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leftovers in the root of a server that lives long, which nobody asks for anything. */
class TidyTest {
  private static final long WEEK_NS = 7 * 24 * 3600 * Nanos.SECOND;
  private static final byte[] CONTENT = content(2 * BLOCK, 1);

  @TempDir Path root;
  private long nowNs;

  private DiskLabStore store() throws IOException {
    return DiskLabStore.open(
        root,
        new StoreOptions(true, Long.MAX_VALUE, 0, WEEK_NS, 1L << 40),
        TestStore.workers(Runnable::run),
        TestStore.AT_ONCE,
        () -> 0,
        () -> nowNs);
  }

  private static OpenedPart half(DiskLabStore store) throws IOException {
    OpenedPart part = TestPartialFiles.open(store.parts(), file("file", CONTENT));
    write(part, CONTENT, 0, BLOCK);
    return part;
  }

  private long modifiedNs() throws IOException {
    Path part = root.resolve(tree(root).stream().filter(n -> n.endsWith(".part")).findAny().get());
    return FileTimes.toNanos(Files.getLastModifiedTime(part));
  }

  @Test
  void shouldRemoveWhatExpires() throws IOException {
    DiskLabStore store = store();
    half(store).keep();
    nowNs = modifiedNs() + WEEK_NS;
    store.tidy();
    assertThat(tree(root)).hasSize(2);
    nowNs++;
    store.tidy();
    assertThat(tree(root)).isEmpty();
  }

  /** Of a client that was killed beside the server, for example. */
  @Test
  void shouldRemoveWhatAProcessThatIsGoneHasLeft() throws IOException {
    DiskLabStore store = store();
    Files.write(root.resolve(".ferry-0123456789abcdef.part"), CONTENT);
    Files.write(root.resolve(".ferry-0123456789abcde0.journal"), CONTENT);
    Files.createDirectory(root.resolve(".ferry-0123456789abcde1.directory"));
    store.tidy();
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldGoOnWithWhatAnotherProcessHasKept() throws IOException {
    DiskLabStore store = store();
    half(store()).keep();
    store.tidy();
    store.tidy();
    OpenedPart found = TestPartialFiles.open(store.parts(), file("file", CONTENT));
    assertThat(blocks(found)).isEqualTo("0-1");
    found.discard();
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldLeaveAloneWhatIsBeingWritten() throws IOException {
    DiskLabStore store = store();
    OpenedPart part = half(store);
    nowNs = Long.MAX_VALUE;
    store.tidy();
    write(part, CONTENT, BLOCK, 2 * BLOCK);
    store.tidy();
    assertThat(publication(part, CONTENT).join().failure()).isNull();
    store.tidy();
    assertThat(root.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldForgetWhatIsGone() throws IOException {
    half(store()).keep();
    StoreRoot opened = StoreRoot.open(root, new StoreOptions(true, Long.MAX_VALUE, 0), () -> nowNs);
    assertThat(opened.kept().totalBytes()).isEqualTo(BLOCK);
    for (String name : tree(root)) {
      Files.delete(root.resolve(name));
    }
    opened.tidy();
    assertThat(opened.kept().isEmpty()).isTrue();
    assertThat(opened.kept().totalBytes()).isZero();
  }

  /** Another process has gone on with it, and kept it again. */
  @Test
  void shouldCountAPartFileOnceHoweverOftenItIsFound() {
    KeptParts kept = new KeptParts(new StoreOptions(true, Long.MAX_VALUE, 0));
    PartName name = new PartName(".ferry-1");
    Bytes transfer = Bytes.copyOf(new byte[16]);
    for (int i = 1; i <= 3; i++) {
      kept.add(new Kept(name, transfer, Bytes.copyOf(new byte[4]), i, 10L * i));
    }
    assertThat(kept.totalBytes()).isEqualTo(30);
    assertThat(kept.take(transfer)).hasSize(1);
    assertThat(kept.isEmpty()).isTrue();
    assertThat(kept.totalBytes()).isZero();
  }

  @Test
  void shouldNotBeginAgainBeforeTheDiskIsDone() throws IOException {
    List<Runnable> tasks = new ArrayList<>();
    DiskLabStore store =
        DiskLabStore.open(
            root, TestStore.OVERWRITE, TestStore.workers(tasks::add), TestStore.AT_ONCE);
    store.tidy();
    store.tidy();
    assertThat(tasks).hasSize(1);
    tasks.remove(0).run();
    store.tidy();
    assertThat(tasks).hasSize(1);
  }

  @Test
  void shouldDoNothingOnceTheWorkersAreShutDown() throws IOException {
    DiskLabStore store =
        DiskLabStore.open(
            root,
            TestStore.OVERWRITE,
            TestStore.workers(
                task -> {
                  throw new RejectedExecutionException("shut down");
                }),
            TestStore.AT_ONCE);
    assertThatCode(store::tidy).doesNotThrowAnyException();
  }
}
