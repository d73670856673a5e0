package dev.ferry.storage;

import static dev.ferry.storage.TestStore.AT_ONCE;
import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.upload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers must not name, in both modes and directions. */
class AccessRulesTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;
  private Path key;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    Files.createDirectory(root.resolve(".ssh"));
    Files.writeString(root.resolve(".ssh/id"), "private");
    key = Files.writeString(root.resolve("key"), "secret");
  }

  private DiskLabStore store(AccessRules access) throws IOException {
    return TestStore.open(root, TestStore.OVERWRITE.withAccess(access));
  }

  private DiskSourceStore sources(AccessRules access) {
    return new DiskSourceStore(root, access, Runnable::run, AT_ONCE);
  }

  private static AccessRules rules(boolean lab, boolean ferry) {
    return new AccessRules(lab, ferry, List.of(), NameRules.PORTABLE, false, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {".ssh/id", ".bashrc", "a/.b", ".ssh/new/file"})
  void shouldNeitherTakeNorHandOutHiddenNames(String name) throws IOException {
    DiskLabStore store = store(rules(false, true));
    assertThat(store.check(name, 7)).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(upload(store, name, CONTENT).reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThatThrownBy(() -> store.createEmpty(name)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> sources(rules(true, false)).open(name))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED));
    assertThat(root.resolve(".ssh/id")).hasContent("private");
  }

  @Test
  void shouldTakeAndHandOutHiddenNamesIfToldTo() throws IOException {
    assertThat(upload(store(rules(true, false)), ".ssh/id", CONTENT).isPublished()).isTrue();
    sources(rules(false, true)).open(".ssh/id").release();
  }

  @Test
  void shouldJudgeAnExtensionOnceTheNameIsMadeUp() throws IOException {
    DiskLabStore store = store(AccessRules.DEFAULT);
    assertThat(store.check(store.inventName("txt"), 7)).isNull();
    assertThat(store.check(store.inventName("x/.ssh/id"), 7))
        .isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "other name"})
  void shouldNeitherReplaceNorHandOutItsOwnFiles(String name) throws IOException {
    if (!name.equals("key")) {
      Files.createLink(root.resolve(name), key);
    }
    AccessRules access = new AccessRules(true, true, List.of(key), NameRules.PORTABLE, false, true);
    assertThat(upload(store(access), name, CONTENT).reason())
        .isEqualTo(RefusalReason.NOT_PERMITTED);
    assertThatThrownBy(() -> sources(access).open(name))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.NOT_PERMITTED));
    assertThat(key).hasContent("secret");
  }

  @Test
  void shouldNotReplaceItsOwnFileThatAppearsMeanwhile() throws IOException {
    AccessRules access =
        new AccessRules(
            true, true, List.of(root.resolve("new key")), NameRules.PORTABLE, false, true);
    var incoming = TestStore.written(store(access), "new key", CONTENT);
    Files.writeString(root.resolve("new key"), "secret");
    assertThat(publish(incoming).join().reason()).isEqualTo(RefusalReason.NOT_PERMITTED);
    assertThat(root.resolve("new key")).hasContent("secret");
  }

  @Test
  void shouldGoOnWithoutItsOwnFile() throws IOException {
    AccessRules access =
        new AccessRules(true, true, List.of(root.resolve("gone")), NameRules.PORTABLE, false, true);
    assertThat(upload(store(access), "file", CONTENT).isPublished()).isTrue();
    assertThat(upload(store(access), "file", CONTENT).isPublished()).isTrue();
  }
}
