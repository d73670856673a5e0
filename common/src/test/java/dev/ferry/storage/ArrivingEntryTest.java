package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static dev.ferry.storage.TestStore.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories and links of peers. */
@DisabledOnOs(OS.WINDOWS)
class ArrivingEntryTest {
  private static final FileTime MODIFIED = FileTime.from(MODIFIED_NS / 1000, TimeUnit.MICROSECONDS);

  @TempDir Path root;
  @TempDir Path outside;

  private PartialFileStore store(boolean overwrite, boolean links) throws IOException {
    return store(
        overwrite, new AccessRules(false, true, List.of(), NameRules.PORTABLE, links, true));
  }

  private PartialFileStore store(boolean overwrite, AccessRules access) throws IOException {
    StoreOptions options = new StoreOptions(overwrite, Long.MAX_VALUE, 0).withAccess(access);
    return DiskLabStore.open(root, options, TestStore.workers(Runnable::run), AT_ONCE).parts();
  }

  /** A store whose peers have not shown that they have the key. */
  private PartialFileStore storeOfStrangers() throws IOException {
    return store(true, new AccessRules(false, true, List.of(), NameRules.PORTABLE, true, false));
  }

  private static ReceiveRequest request(FileKind kind, String name, int size, boolean preserve) {
    FileAttributes attributes = new FileAttributes(kind, size, MODIFIED_NS, 0b101_000_001);
    return new ReceiveRequest(ID, name, attributes, false, preserve, false, Bytes.EMPTY);
  }

  private static Outcome send(
      PartialFileStore store, FileKind kind, String name, String content, boolean preserve)
      throws IOException {
    byte[] bytes = content.getBytes(UTF_8);
    OpenedPart part = opening(store, request(kind, name, bytes.length, preserve)).part.join();
    assertThat(part.present()).isEmpty();
    write(part, bytes, 0, bytes.length);
    return publish(part, bytes);
  }

  private static void assertMode(Path path, String mode) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo(mode);
  }

  @Test
  void shouldMakeDirectoriesWithTheirTimesAndModes() throws IOException {
    assertThat(send(store(true, false), FileKind.DIRECTORY, "a/b", "", true).failure()).isNull();

    assertThat(tree(root)).containsExactly("a", "a/b");
    assertThat(Files.getLastModifiedTime(root.resolve("a/b"))).isEqualTo(MODIFIED);
    assertMode(root.resolve("a/b"), "r-x-----x");
    assertMode(root.resolve("a"), "rwxr-xr-x");
  }

  @Test
  void shouldNotKeepThemWhereThatIsNotWanted() throws IOException {
    assertThat(send(store(true, false), FileKind.DIRECTORY, "a", "", false).failure()).isNull();

    assertMode(root.resolve("a"), "rwxr-xr-x");
    assertThat(Files.getLastModifiedTime(root.resolve("a"))).isGreaterThan(MODIFIED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldDressADirectoryThatIsThereIfItMayBeChanged(boolean overwrite) throws IOException {
    Path there = Files.createDirectory(root.resolve("a"));
    Files.createFile(there.resolve("file"));
    assertThat(send(store(overwrite, false), FileKind.DIRECTORY, "a", "", true).failure()).isNull();

    assertThat(Files.getLastModifiedTime(there).equals(MODIFIED)).isEqualTo(overwrite);
    assertThat(there.resolve("file")).exists();
  }

  /** A mode that keeps the server out, or lets everybody in, is not a stranger's to choose. */
  @Test
  void shouldLeaveStrangersNoModeOfADirectoryThatWasThere() throws IOException {
    Path there = Files.createDirectory(root.resolve("a"));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwx------"));
    assertThat(send(storeOfStrangers(), FileKind.DIRECTORY, "a", "", true).failure()).isNull();

    assertMode(there, "rwx------");
    assertThat(Files.getLastModifiedTime(there)).isEqualTo(MODIFIED);
  }

  @Test
  void shouldKeepItsOwnAccessToTheDirectoriesOfStrangers() throws IOException {
    assertThat(send(storeOfStrangers(), FileKind.DIRECTORY, "a/b", "", true).failure()).isNull();

    assertMode(root.resolve("a/b"), "rwx-----x");
    assertMode(root.resolve("a"), "rwxr-xr-x");
  }

  /** Those that files led to are new as well, and their modes come after them: once. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLetStrangersChooseModesOfWhatTheyHadMade(boolean inRounds) throws IOException {
    PartialFileStore store = storeOfStrangers();
    byte[] content = {1};
    ReceiveRequest file =
        new ReceiveRequest(
            ID,
            "a/b/file",
            new FileAttributes(content.length, MODIFIED_NS, 0b110_000_000),
            false,
            true,
            false,
            Bytes.EMPTY,
            inRounds);
    OpenedPart opened = opening(store, file).part.join();
    write(opened, content, 0, content.length);
    assertThat(publish(opened, content).failure()).isNull();

    for (String name : List.of("a/b", "a")) {
      assertThat(send(store, FileKind.DIRECTORY, name, "", true).failure()).isNull();
      assertMode(root.resolve(name), "rwx-----x");
    }
    Files.setPosixFilePermissions(root.resolve("a"), PosixFilePermissions.fromString("rwx------"));
    assertThat(send(store, FileKind.DIRECTORY, "a", "", true).failure()).isNull();
    assertMode(root.resolve("a"), "rwx------");
  }

  @Test
  void shouldReplaceNoneOfItsOwnFilesByOtherNames() throws IOException {
    Path key = Files.writeString(root.resolve("key"), "secret");
    Files.writeString(root.resolve("mine"), "known");
    AccessRules access =
        new AccessRules(false, true, List.of(key), NameRules.PORTABLE, true, false);
    assertThat(send(store(true, access), FileKind.OTHER_NAME, "key", "mine", true).reason())
        .isEqualTo(RefusalReason.NOT_PERMITTED);
    assertThat(key).hasContent("secret");
    assertThat(tree(root)).containsExactly("key", "mine");
  }

  @Test
  void shouldNotMakeADirectoryOfSomethingElse() throws IOException {
    Files.createFile(root.resolve("file"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    for (String name : List.of("file", "link", "file/x", "link/x")) {
      assertThat(send(store(true, true), FileKind.DIRECTORY, name, "", true).reason())
          .as(name)
          .isEqualTo(RefusalReason.CANNOT_CREATE);
    }
    assertThat(tree(root)).containsExactly("file", "link");
    assertThat(tree(outside)).isEmpty();
    assertThat(Files.getLastModifiedTime(outside)).isNotEqualTo(MODIFIED);
  }

  @Test
  void shouldStoreLinks() throws IOException {
    PartialFileStore store = store(true, true);
    assertThat(send(store, FileKind.LINK, "d/link", "../x/y", true).failure()).isNull();

    Path link = root.resolve("d/link");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../x/y"));
    assertThat(Files.getLastModifiedTime(link, NOFOLLOW_LINKS)).isEqualTo(MODIFIED);
    assertThat(send(store, FileKind.LINK, "d/link", "z", false).failure()).isNull();
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("z"));
    assertThat(tree(root)).containsExactly("d", "d/link");
  }

  @ParameterizedTest
  @CsvSource({
    "link, '/etc/passwd'",
    "link, '../x'",
    "d/link, '../../x'",
    "d/link, 'x/../y'",
    "link, ''",
    "link, 'a\nb'"
  })
  void shouldTurnDownLinksThatLeadOut(String name, String target) throws IOException {
    assertThat(send(store(true, true), FileKind.LINK, name, target, true).reason())
        .isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldStoreNoLinksUnlessAllowed() throws IOException {
    assertThat(send(store(true, false), FileKind.LINK, "link", "x", true).reason())
        .isEqualTo(RefusalReason.NOT_PERMITTED);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldReplaceNothingButLinksByLinks() throws IOException {
    Files.createFile(root.resolve("file"));
    Files.createDirectory(root.resolve("directory"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("old"));
    for (String name : List.of("file", "directory")) {
      assertThat(send(store(true, true), FileKind.LINK, name, "x", true).reason())
          .isEqualTo(RefusalReason.CANNOT_CREATE);
    }
    assertThat(send(store(false, true), FileKind.LINK, "link", "x", true).reason())
        .isEqualTo(RefusalReason.EXISTS);
    assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of("old"));
    assertThat(tree(root)).containsExactly("directory", "file", "link");
  }

  /** As a hostile archive would: a link first, and then something through it. */
  @Test
  void shouldWriteNothingThroughALinkOfThePeers() throws IOException {
    PartialFileStore store = store(true, true);
    Files.createDirectory(root.resolve("real"));
    assertThat(send(store, FileKind.LINK, "link", "real", true).failure()).isNull();

    for (FileKind kind : List.of(FileKind.DIRECTORY, FileKind.LINK)) {
      String content = kind == FileKind.LINK ? "x" : "";
      assertThat(send(store, kind, "link/new", content, true).reason())
          .isEqualTo(RefusalReason.CANNOT_CREATE);
    }
    assertThat(opening(store, TestPartialFiles.file("link/new", new byte[1])).failure().reason())
        .isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(opening(store, TestPartialFiles.file("link", new byte[1])).failure().reason())
        .isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(tree(root)).containsExactly("link", "real");
  }

  @Test
  void shouldMakeOtherNamesOfFiles() throws IOException {
    PartialFileStore store = store(true, false);
    Path first = Files.createFile(Files.createDirectory(root.resolve("d")).resolve("first"));
    Files.createFile(root.resolve("old"));
    for (String name : List.of("e/other", "old", "old", "d/first")) {
      assertThat(send(store, FileKind.OTHER_NAME, name, "d/first", true).failure())
          .as(name)
          .isNull();
      assertThat(Files.isSameFile(first, root.resolve(name))).isTrue();
    }
    assertThat(Files.getAttribute(first, "unix:nlink")).isEqualTo(3);
    assertThat(tree(root)).containsExactly("d", "d/first", "e", "e/other", "old");
  }

  @ParameterizedTest
  @CsvSource({
    "missing, CANNOT_CREATE",
    "d/missing, CANNOT_CREATE",
    "no/way, CANNOT_CREATE",
    "d, CANNOT_CREATE",
    "file/x, CANNOT_CREATE",
    "link, CANNOT_CREATE",
    "way/secret, CANNOT_CREATE",
    "../secret, NAME_NOT_ALLOWED",
    "/etc/passwd, NAME_NOT_ALLOWED",
    ".ferry-x.part, NAME_NOT_ALLOWED"
  })
  void shouldMakeNoOtherNamesOfAnythingElse(String first, RefusalReason reason) throws IOException {
    Files.createFile(outside.resolve("secret"));
    Files.createFile(root.resolve("file"));
    Files.createDirectory(root.resolve("d"));
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("way"), outside);
    assertThat(send(store(true, true), FileKind.OTHER_NAME, "other", first, true).reason())
        .isEqualTo(reason);
    assertThat(tree(root)).containsExactly("d", "file", "link", "way");
  }

  @Test
  void shouldReplaceNothingButRegularFilesByOtherNames() throws IOException {
    Files.createFile(root.resolve("first"));
    Files.createFile(root.resolve("file"));
    Files.createDirectory(root.resolve("d"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("first"));
    for (String name : List.of("d", "link", "link/x", "file/x")) {
      assertThat(send(store(true, true), FileKind.OTHER_NAME, name, "first", true).reason())
          .as(name)
          .isEqualTo(RefusalReason.CANNOT_CREATE);
    }
    assertThat(send(store(false, true), FileKind.OTHER_NAME, "file", "first", true).reason())
        .isEqualTo(RefusalReason.EXISTS);
    assertThat(tree(root)).containsExactly("d", "file", "first", "link");
  }

  /** Java has links by paths only: whoever exchanges a directory meanwhile is found out. */
  @Test
  void shouldNotBeDivertedWhileALinkIsMade() throws IOException, InterruptedException {
    Files.writeString(outside.resolve("file"), "secret");
    Path real = Files.createDirectory(root.resolve("d"));
    Files.writeString(real.resolve("file"), "harmless");
    AtomicBoolean over = new AtomicBoolean();
    Thread attacker =
        new Thread(
            () -> {
              while (!over.get()) {
                try {
                  Files.move(real, root.resolve("e"), StandardCopyOption.ATOMIC_MOVE);
                  Files.createSymbolicLink(real, outside);
                  Files.delete(real);
                  Files.move(root.resolve("e"), real, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    attacker.start();
    try {
      PartialFileStore store = store(true, true);
      for (int i = 0; i < 2_000; i++) {
        if (send(store, FileKind.OTHER_NAME, "other", "d/file", true).failure() == null) {
          assertThat(root.resolve("other")).hasContent("harmless");
          Files.delete(root.resolve("other"));
        }
      }
    } finally {
      over.set(true);
      attacker.join();
    }
    assertThat(tree(root)).containsExactly("d", "d/file");
    assertThat(Files.getAttribute(outside.resolve("file"), "unix:nlink")).isEqualTo(1);
  }

  @Test
  void shouldTakeNoMoreContentThanThereCanBe() throws IOException {
    PartialFileStore store = store(true, true);
    assertThat(opening(store, request(FileKind.DIRECTORY, "a", 1, true)).failure().reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
    assertThat(opening(store, request(FileKind.LINK, "a", 1025, true)).failure().reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
  }

  @Test
  void shouldLeaveNothingBehind() throws IOException {
    PartialFileStore store = store(true, true);
    opening(store, request(FileKind.LINK, "a", 1, true)).part.join().keep();
    opening(store, request(FileKind.LINK, "a", 1, true)).part.join().discard();
    OpenedPart damaged = opening(store, request(FileKind.LINK, "a", 1, true)).part.join();
    write(damaged, new byte[] {'x'}, 0, 1);
    assertThat(publish(damaged, new byte[] {'y'}).reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(tree(root)).isEmpty();
  }
}
