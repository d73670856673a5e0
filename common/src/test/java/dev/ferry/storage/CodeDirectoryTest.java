package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@link CodeDirectory}. */
@EnabledOnOs(OS.LINUX)
class CodeDirectoryTest {
  @TempDir Path cache;

  @Test
  void shouldMakeADirectoryForItsOwnerOnly() throws IOException {
    Path found = CodeDirectory.in(cache).orElseThrow();

    assertThat(found).isEqualTo(cache.toRealPath().resolve("code"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(found)))
        .isEqualTo("rwx------");
    assertThat(CodeDirectory.in(cache)).contains(found);
  }

  @Test
  void shouldNotUseOneInWhichOthersMayWrite() throws IOException {
    Path directory = Files.createDirectory(cache.resolve("code"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));

    assertThat(CodeDirectory.in(cache)).isEmpty();
  }

  @Test
  void shouldNotUseOneThatOthersMayRename() throws IOException {
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(CodeDirectory.in(cache)).isEmpty();
  }

  @Test
  void shouldDoWithoutWhereNoneCanBeMade() throws IOException {
    Path file = Files.createFile(cache.resolve("file"));

    assertThat(CodeDirectory.in(file)).isEmpty();
  }
}
