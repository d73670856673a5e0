package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore.ListListener;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class DirectoryListsTest {
  @TempDir Path root;

  @BeforeEach
  void fill() throws IOException {
    for (String name : List.of("a", "d/b", "d/e/c", ".hidden", "d/.h/x", "key")) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), name);
    }
    Files.createDirectory(root.resolve("empty"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("d"));
    Files.createFile(root.resolve(".ferry-0123456789abcdef.part"));
    Files.createFile(root.resolve("aux"));
    Files.createFile(root.resolve(NativePaths.of("\udce9")));
    Files.setPosixFilePermissions(root.resolve("a"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setLastModifiedTime(
        root.resolve("a"), FileTime.from(1_234_567_890_123L, TimeUnit.NANOSECONDS));
  }

  /** What the listener is told. */
  private static final class Told implements ListListener {
    SourceFile list;
    StorageException cause;

    @Override
    public void listed(SourceFile made, long nowNs) {
      list = made;
    }

    @Override
    public void failed(StorageException failure, long nowNs) {
      cause = failure;
    }
  }

  private DiskSourceStore store(boolean hidden, NameRules names) {
    AccessRules access =
        new AccessRules(false, hidden, List.of(root.resolve("key")), names, false, true);
    return new DiskSourceStore(root, access, Runnable::run, task -> task.accept(0)).withLists();
  }

  private static List<ListEntry> entries(Told told) throws IOException {
    assertThat(told.cause).isNull();
    byte[] content = new byte[(int) told.list.sizeBytes()];
    told.list.read(0, ByteBuffer.wrap(content));
    byte[][] digest = new byte[1][];
    told.list.digest(
        new SourceFile.DigestListener() {
          @Override
          public void digested(ContentCheck check, long nowNs) {
            digest[0] = check.sha256().toArray();
          }

          @Override
          public void failed(IOException cause, long nowNs) {
            throw new IllegalStateException(cause);
          }
        });
    assertThat(digest[0]).isEqualTo(Sha256.start().digest(content));
    told.list.release();
    List<ListEntry> entries = new ArrayList<>();
    DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(content)));
    for (ListEntry each = ListEntry.read(in); each != null; each = ListEntry.read(in)) {
      entries.add(each);
    }
    return entries;
  }

  private static List<String> names(DiskSourceStore store, String name, boolean all)
      throws IOException {
    Told told = new Told();
    store.list(name, all, 0, told, 0);
    return entries(told).stream().map(each -> each.kind() + " " + each.name()).toList();
  }

  @Test
  void shouldListWhatPeersMayFetch() throws IOException {
    DiskSourceStore store = store(false, NameRules.PORTABLE);

    assertThat(names(store, "", false))
        .containsExactlyInAnyOrder("FILE a", "DIRECTORY d", "DIRECTORY empty", "LINK link");
    assertThat(names(store, "", true))
        .containsExactlyInAnyOrder(
            "FILE a",
            "DIRECTORY d",
            "FILE d/b",
            "DIRECTORY d/e",
            "FILE d/e/c",
            "DIRECTORY empty",
            "LINK link");
    assertThat(names(store, "./d", false)).containsExactlyInAnyOrder("FILE b", "DIRECTORY e");
    assertThat(names(store, "empty", true)).isEmpty();
    try (var left = Files.list(root)) {
      assertThat(left.filter(each -> each.toString().endsWith(".probe"))).isEmpty();
    }
  }

  @Test
  void shouldListMoreToThoseWhoMayHaveMore() throws IOException {
    assertThat(names(store(true, NameRules.POSIX), "", true))
        .contains("FILE .hidden", "DIRECTORY d/.h", "FILE d/.h/x", "FILE aux")
        .doesNotContain("FILE key")
        .noneMatch(each -> each.contains(".ferry-"));
  }

  @Test
  void shouldSayWhatThereIsOfAFile() throws IOException {
    Told told = new Told();
    store(false, NameRules.PORTABLE).list("a", true, 0, told, 0);

    assertThat(entries(told))
        .containsExactly(new ListEntry(FileKind.FILE, 1, 1_234_567_890_123L, 0751, "", ""));
  }

  /** What else there is to be told of a tree, to clients that can do something with it. */
  @Test
  void shouldTellLinksAndDirectoriesToThoseWhoTakeThem() throws IOException {
    Files.createLink(root.resolve("d/e/c2"), root.resolve("d/e/c"));
    Files.createSymbolicLink(root.resolve("d/up"), Path.of("../a"));
    Files.createSymbolicLink(root.resolve("d/out"), Path.of("../../a"));
    Files.createSymbolicLink(root.resolve("d/own"), Path.of("/etc/passwd"));
    for (boolean links : List.of(true, false)) {
      AccessRules access =
          new AccessRules(false, false, List.of(), NameRules.PORTABLE, links, true);
      DiskSourceStore store =
          new DiskSourceStore(root, access, Runnable::run, task -> task.accept(0)).withLists();
      Told told = new Told();
      store.list("d", true, FileKind.ALL, told, 0);
      List<String> lines =
          entries(told).stream()
              .map(each -> each.kind() + " " + each.name() + " " + each.target())
              .toList();

      assertThat(lines)
          .startsWith("DIRECTORY  ")
          .contains("DIRECTORY e ", "FILE b ", "LINK up " + (links ? "../a" : ""))
          .contains("LINK out ", "LINK own ")
          .containsAnyOf("OTHER_NAME e/c2 e/c", "OTHER_NAME e/c e/c2")
          .endsWith("UNTOLD  .")
          .hasSize(9);
    }
  }

  /** Long names of many linked files must not fill a small heap; the others are files again. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldRememberNoMoreFirstNamesThanThereIsRoomFor() throws IOException {
    Path linked = Files.createDirectory(root.resolve("linked"));
    String longName = "x".repeat(200);
    for (int i = 0; i < 20; i++) {
      Path first = Files.createFile(linked.resolve(longName + i));
      Files.createLink(linked.resolve(longName + i + "b"), first);
    }
    DirectoryLists lists =
        new DirectoryLists(
            root,
            AccessRules.DEFAULT,
            Runnable::run,
            task -> task.accept(0),
            new AtomicLong(),
            10 * (150 + 2 * 202));
    Told told = new Told();
    lists.list(Bytes.EMPTY, new DirectoryLists.Wanted("linked", true, FileKind.ALL), told, 0);
    List<FileKind> kinds = entries(told).stream().map(ListEntry::kind).toList();
    int others = Collections.frequency(kinds, FileKind.OTHER_NAME);
    assertThat(others).isBetween(1, 10);
    assertThat(Collections.frequency(kinds, FileKind.FILE)).isEqualTo(40 - others);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "a/b", "link", "link/b", "d/missing/x", "key"})
  void shouldHaveNoListOfWhatIsNone(String name) throws IOException {
    Told told = new Told();
    store(false, NameRules.PORTABLE).list(name, true, 0, told, 0);

    if (told.list != null) {
      assertThat(entries(told)).isEmpty();
    }
    assertThat(told.cause == null ? RefusalReason.NO_SUCH_FILE : told.cause.reason())
        .isEqualTo(RefusalReason.NO_SUCH_FILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {".hidden", "d/.h", "../x", "/", "d//e", "aux"})
  void shouldTurnDownNamesThatAreNotAllowed(String name) {
    Told told = new Told();
    store(false, NameRules.PORTABLE).list(name, true, 0, told, 0);

    assertThat(told.cause.reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
  }

  @Test
  void shouldNotGoDeeperThanHandlesAllow() throws IOException {
    Files.createDirectories(root.resolve("x/".repeat(110)));
    Told told = new Told();
    store(false, NameRules.PORTABLE).list("", true, 0, told, 0);

    assertThat(told.cause.reason()).isEqualTo(RefusalReason.TOO_LARGE);
    assertThat(told.cause.told()).contains("more than 100 deep");
  }

  @Test
  void shouldHaveAFewWait() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    DiskSourceStore store =
        new DiskSourceStore(root, AccessRules.DEFAULT, tasks::add, task -> task.accept(0))
            .withLists();
    Told told = new Told();
    for (int i = 0; i < 192; i++) {
      store.list("", false, 0, told, 0);
    }
    assertThat(told.cause).isNull();
    store.list("", false, 0, told, 0);
    assertThat(told.cause.reason()).as("all but a quarter").isEqualTo(RefusalReason.BUSY);
    DiskSourceStore others = store.ofOwner(Bytes.copyOf(new byte[] {10, 0, 0, 1}));
    told.cause = null;
    for (int i = 0; i < 64; i++) {
      others.list("", false, 0, told, 0);
    }
    assertThat(told.cause).isNull();
    others.list("", false, 0, told, 0);
    assertThat(told.cause.reason()).isEqualTo(RefusalReason.BUSY);
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
    Told again = new Told();
    store.list("", false, 0, again, 0);
    tasks.poll().run();
    assertThat(again.list).isNotNull();
  }

  /** However many lists another one has made. */
  @Test
  void shouldGiveEachOwnerItsTurn() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    DiskSourceStore store =
        new DiskSourceStore(root, AccessRules.DEFAULT, tasks::add, task -> task.accept(0))
            .withLists();
    for (int i = 0; i < 100; i++) {
      store.ofOwner(Bytes.copyOf(new byte[] {10, 0, 0, 1})).list("", false, 0, new Told(), 0);
    }
    Told told = new Told();
    store.ofOwner(Bytes.copyOf(new byte[] {10, 0, 0, 2})).list("", false, 0, told, 0);
    for (int i = 0; i < 2; i++) {
      tasks.remove().run();
    }
    assertThat(told.list).isNotNull();
  }

  @Test
  void shouldListNothingUnlessToldTo() {
    Told told = new Told();
    new DiskSourceStore(root, AccessRules.DEFAULT, Runnable::run, task -> task.accept(0))
        .list("", true, 0, told, 0);

    assertThat(told.cause.reason()).isEqualTo(RefusalReason.NOT_PERMITTED);
  }
}
