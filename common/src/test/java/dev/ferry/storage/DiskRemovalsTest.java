package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class DiskRemovalsTest {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    Files.createDirectories(directory.resolve("outside"));
    Files.writeString(directory.resolve("outside/x"), "x");
    for (String name : List.of("a", "d/b", ".hidden", "d/.h", "key", ".ferry-0123.part")) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), name);
    }
    Files.createDirectory(root.resolve("empty"));
    Files.createSymbolicLink(root.resolve("link"), directory.resolve("outside"));
    Files.createSymbolicLink(root.resolve("broken"), Path.of("nowhere"));
    Files.createLink(root.resolve("other-key"), root.resolve("key"));
  }

  /** Why it was not removed; null if it was. */
  private RefusalReason remove(String name, boolean hidden) {
    AccessRules access =
        new AccessRules(
            false, hidden, List.of(root.resolve("key")), NameRules.PORTABLE, false, true);
    RefusalReason[] reason = {RefusalReason.BUSY};
    new DiskRemovals(root, access, Runnable::run, task -> task.accept(0))
        .remove(
            name,
            new RemovalStore.Listener() {
              @Override
              public void removed(long nowNs) {
                reason[0] = null;
              }

              @Override
              public void failed(StorageException cause, long nowNs) {
                reason[0] = cause.reason();
              }
            },
            0);
    return reason[0];
  }

  private boolean exists(String name) {
    return Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "d/b", "empty", "link", "broken", "./a"})
  void shouldRemoveFilesLinksAndEmptyDirectories(String name) {
    assertThat(remove(name, false)).isNull();
    assertThat(exists(name)).isFalse();
    assertThat(directory.resolve("outside/x")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "missing, NO_SUCH_FILE",
    "a/b, NO_SUCH_FILE",
    "missing/b, NO_SUCH_FILE",
    "link/x, NO_SUCH_FILE",
    "d, CANNOT_CREATE",
    "key, NOT_PERMITTED",
    "other-key, NOT_PERMITTED",
    ".hidden, NAME_NOT_ALLOWED",
    "d/.h, NAME_NOT_ALLOWED",
    ".ferry-0123.part, NAME_NOT_ALLOWED",
    "., NAME_NOT_ALLOWED",
    "'', NAME_NOT_ALLOWED",
    "../outside/x, NAME_NOT_ALLOWED",
    "d/../../outside/x, NAME_NOT_ALLOWED",
    "/, NAME_NOT_ALLOWED",
    "empty/, NAME_NOT_ALLOWED",
  })
  void shouldLeaveWhatIsNotThePeers(String name, RefusalReason reason) {
    assertThat(remove(name, false)).isEqualTo(reason);
    for (String kept : List.of("a", "d/b", ".hidden", "d/.h", "key", ".ferry-0123.part", "empty")) {
      assertThat(exists(kept)).as(kept).isTrue();
    }
    assertThat(directory.resolve("outside/x")).exists();
  }

  @Test
  void shouldRemoveHiddenFilesForThoseWhoMayNameThem() {
    assertThat(remove("d/.h", true)).isNull();
    assertThat(remove(".ferry-0123.part", true)).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(remove("d/b", true)).isNull();
    assertThat(remove("d", true)).isNull();
  }
}
