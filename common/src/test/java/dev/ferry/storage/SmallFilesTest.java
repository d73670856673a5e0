package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publication;
import static dev.ferry.storage.TestPartialFiles.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SmallFiles}: many at a time, opened and published in rounds on workers of the test. */
class SmallFilesTest {
  private static final int MANY = 300;

  @TempDir Path temporary;
  private Path root;
  private final List<Runnable> disk = new ArrayList<>();

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  private PartialFileStore store() throws IOException {
    return DiskLabStore.open(
            root, TestStore.OVERWRITE, TestStore.workers(disk::add), TestStore.AT_ONCE)
        .parts();
  }

  private void settle() {
    while (!disk.isEmpty()) {
      disk.remove(0).run();
    }
  }

  private static ReceiveRequest request(int number, String name, long size, boolean failIfExists) {
    Bytes id = Bytes.copyOf(String.format(Locale.ROOT, "transfer %07d", number).getBytes(UTF_8));
    FileAttributes attributes = new FileAttributes(size, MODIFIED_NS, 0b110_000_100);
    return new ReceiveRequest(id, name, attributes, failIfExists, true, false, Bytes.EMPTY, true);
  }

  private static ReceiveRequest request(int number, String name, long size) {
    return request(number, name, size, false);
  }

  private static byte[] contentOf(int number) {
    return content(number * 37 % 5000, number);
  }

  private static String nameOf(int number) {
    return "d" + number % 7 + "/e/file " + number;
  }

  private OpenedPart opened(PartialFileStore store, ReceiveRequest request) {
    Opening opening = opening(store, request);
    settle();
    return opening.part.join();
  }

  @Test
  void shouldPublishManyTogether() throws IOException {
    PartialFileStore store = store();
    List<Opening> openings = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      openings.add(opening(store, request(i, nameOf(i), contentOf(i).length)));
    }
    settle();
    assertThat(TestStore.tree(root)).as("nothing is created before").isEmpty();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      OpenedPart part = openings.get(i).part.join();
      write(part, contentOf(i), 0, contentOf(i).length);
      outcomes.add(publication(part, contentOf(i)));
    }
    // All but the first file of the first round, whose task has been there before the others.
    assertThat(disk).hasSize(1);
    settle();
    for (int i = 0; i < MANY; i++) {
      assertThat(outcomes.get(i).join().failure()).isNull();
      Path file = root.resolve(nameOf(i));
      assertThat(file).hasBinaryContent(contentOf(i));
      assertThat(FileTimes.toNanos(Files.getLastModifiedTime(file))).isEqualTo(MODIFIED_NS);
      assertThat(Files.getPosixFilePermissions(file)).isEqualTo(FileModes.ofBits(0b110_000_100));
    }
    assertThat(TestStore.tree(root)).noneMatch(name -> name.startsWith(".ferry-"));
    assertThat(TestStore.descriptorsBelow(root.toRealPath())).isEmpty();
  }

  @Test
  void shouldGoOnWithTheOthersWhenFilesFail() throws IOException {
    PartialFileStore store = store();
    byte[] content = content(4096, 1);
    List<OpenedPart> parts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      parts.add(opened(store, request(i, "d" + i + "/file", content.length, true)));
      write(parts.get(i), content, 0, content.length);
    }
    Files.createDirectories(root.resolve("d1/file"));
    Files.write(root.resolve("d2"), content);
    Files.createDirectory(root.resolve("d3"));
    Files.write(root.resolve("d3/file"), new byte[] {1});
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      outcomes.add(publication(parts.get(i), i == 4 ? content(4096, 2) : content));
    }
    settle();
    assertThat(outcomes.stream().map(outcome -> outcome.join().reason()))
        .containsExactly(
            null,
            RefusalReason.CANNOT_CREATE,
            RefusalReason.CANNOT_CREATE,
            RefusalReason.EXISTS,
            RefusalReason.DIGEST_DIFFERS,
            null);
    assertThat(root.resolve("d0/file")).hasBinaryContent(content);
    assertThat(root.resolve("d3/file")).hasBinaryContent(new byte[] {1});
    assertThat(root.resolve("d5/file")).hasBinaryContent(content);
    assertThat(TestStore.tree(root)).noneMatch(name -> name.startsWith(".ferry-"));
  }

  @Test
  void shouldTurnDownWhatCannotBeStoredBeforeItsContentComes() throws IOException {
    PartialFileStore store = store();
    Files.createDirectory(root.resolve("taken"));
    Files.write(root.resolve("there"), new byte[] {1});
    Opening outside = opening(store, request(1, "../outside", 10));
    Opening taken = opening(store, request(2, "taken", 10));
    Opening there = opening(store, request(3, "there", 10, true));
    Opening good = opening(store, request(4, "good", 10));
    settle();
    assertThat(outside.failure().reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(taken.failure().reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(there.failure().reason()).isEqualTo(RefusalReason.EXISTS);
    good.part.join().discard();
    settle();
    assertThat(TestStore.tree(root)).containsExactly("taken", "there");
  }

  /** The last of those that come whole at the same time wins, whole. */
  @Test
  void shouldPublishOneNameTwice() throws IOException {
    PartialFileStore store = store();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      byte[] content = content(3000, i);
      OpenedPart part = opened(store, request(i, "file", content.length));
      write(part, content, 0, content.length);
      outcomes.add(publication(part, content));
    }
    settle();
    assertThat(outcomes).allMatch(outcome -> outcome.join().isPublished());
    assertThat(root.resolve("file")).hasBinaryContent(content(3000, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {3000, 5000})
  void shouldKeepWhatHasComeForALaterAttempt(int came) throws IOException {
    PartialFileStore store = store();
    byte[] content = content(5000, 1);
    OpenedPart first = opened(store, request(1, "file", content.length));
    write(first, content, 0, came);
    first.keep();
    Opening again = opening(store, request(1, "file", content.length));
    settle();
    OpenedPart second = again.part.join();
    assertThat(second.verified()).containsExactly(new ByteRange(0, came));
    write(second, content, came, content.length);
    CompletableFuture<Outcome> outcome = publication(second, content);
    settle();
    assertThat(outcome.join().failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
    assertThat(TestStore.tree(root)).containsExactly("file");
  }

  @Test
  void shouldKeepNothingOfWhatIsTooLittle() throws IOException {
    OpenedPart part = opened(store(), request(1, "file", 5000));
    write(part, content(5000, 1), 0, 1000);
    part.keep();
    settle();
    assertThat(TestStore.tree(root)).isEmpty();
  }

  /** What finds no memory has a part file, as a large file has. */
  @Test
  void shouldStoreMoreThanFitsIntoMemory() throws IOException {
    PartialFileStore store = store();
    byte[] content = content((int) SmallFile.MAX_BYTES, 1);
    List<OpenedPart> parts = new ArrayList<>();
    for (int i = 0; i < 64 * SmallFileMemory.SLAB_BYTES / content.length + 3; i++) {
      parts.add(opened(store, request(i, "file " + i, content.length)));
    }
    assertThat(TestStore.tree(root)).anyMatch(name -> name.endsWith(".part"));
    for (OpenedPart part : parts) {
      write(part, content, 0, content.length);
      CompletableFuture<Outcome> outcome = publication(part, content);
      settle();
      assertThat(outcome.join().failure()).isNull();
    }
    assertThat(TestStore.tree(root)).hasSize(parts.size());
  }

  /**
   * After each step of a round: whoever looks finds each name without a file, with the old one or
   * with the new one, and a program that starts then finds nothing else.
   */
  @Test
  void shouldShowWholeFilesOnlyWheneverTheProcessIsKilled() throws IOException {
    Path copies = Files.createDirectory(temporary.resolve("copies"));
    byte[] old = content(1000, 99);
    Files.createDirectories(root.resolve("d1/e"));
    Files.write(root.resolve(nameOf(1)), old);
    StoreRoot opened = StoreRoot.open(root, TestStore.OVERWRITE, () -> MODIFIED_NS);
    PartialFileStore store =
        new DiskPartialFileStore(
            opened,
            name -> RemoteName.parse(name, NameRules.POSIX).place(),
            new FairWorkers(disk::add),
            TestStore.AT_ONCE,
            new BlockMemory());
    List<OpenedPart> parts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      parts.add(opened(store, request(i, nameOf(i), contentOf(i).length)));
      write(parts.get(i), contentOf(i), 0, contentOf(i).length);
    }
    List<Integer> seen = new ArrayList<>();
    opened.smallFiles().afterEachStep(() -> seen.add(namesIn(copy(copies, seen.size()), old)));
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      outcomes.add(publication(parts.get(i), contentOf(i)));
    }
    settle();
    assertThat(outcomes).allMatch(outcome -> outcome.join().isPublished());
    // Written, directories made, renamed: the first name appears when all are written.
    assertThat(seen).hasSize(20 + 1 + 20).isSorted();
    assertThat(seen.get(20)).isEqualTo(1);
    assertThat(seen.get(40)).isEqualTo(20);
  }

  private Path copy(Path copies, int number) {
    Path copy = copies.resolve("copy " + number);
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        Files.copy(path, copy.resolve(root.relativize(path).toString()));
      }
      StoreRoot.open(copy, TestStore.OVERWRITE, () -> MODIFIED_NS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  /** How many names there are; each must have what it had, or what was sent. */
  private static int namesIn(Path copy, byte[] old) {
    try {
      int names = 0;
      for (int i = 0; i < 20; i++) {
        Path file = copy.resolve(nameOf(i));
        if (Files.exists(file)) {
          names++;
          byte[] now = Files.readAllBytes(file);
          assertThat(Arrays.equals(now, contentOf(i)) || (i == 1 && Arrays.equals(now, old)))
              .as(nameOf(i))
              .isTrue();
        }
      }
      assertThat(TestStore.tree(copy)).noneMatch(name -> name.startsWith(".ferry-"));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldRemoveWhatAKilledProcessHasLeft() throws IOException {
    Path left = Files.createDirectory(root.resolve(".ferry-0123456789abcdef.directory"));
    Files.write(root.resolve(".ferry-0123456789abcdef.part"), new byte[0]);
    Files.write(left.resolve("0"), new byte[10]);
    Files.write(left.resolve("17"), new byte[0]);
    Files.createDirectory(left.resolve("18"));
    store();
    assertThat(TestStore.tree(root)).isEmpty();
  }

  @Test
  void shouldLeaveAloneWhatIsInUse() throws IOException {
    StoreRoot opened = StoreRoot.open(root, TestStore.OVERWRITE, () -> MODIFIED_NS);
    try (SmallFileDirectory directory = SmallFileDirectory.create(opened)) {
      directory.handle().createFile(directory.nextName(), WRITE).close();
      opened.tidy();
      StoreRoot.open(root, TestStore.OVERWRITE, () -> MODIFIED_NS);
      assertThat(TestStore.tree(root)).hasSize(3).anyMatch(name -> name.endsWith("/0"));
      directory.handle().delete("0");
    }
    assertThat(TestStore.tree(root)).isEmpty();
  }
}
