package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserSecretTest {
  @TempDir Path directory;

  @Test
  void shouldBeTheSameEachTimeAndForTheOwnerOnly() throws IOException {
    Path file = directory.resolve("a/b/secret");
    byte[] secret = UserSecret.read(file);
    assertThat(secret).hasSize(UserSecret.BYTES);
    assertThat(UserSecret.read(file)).isEqualTo(secret);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(UserSecret.read(directory.resolve("other"))).isNotEqualTo(secret);
  }

  @Test
  void shouldDoWithoutWhereItCannotBeKept() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "short");
    assertThat(UserSecret.read(file.resolve("below"))).isEmpty();
  }

  /** A disk that was full when it was made must not leave the ids computable for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"", "short"})
  void shouldMakeANewOneInPlaceOfADamagedOne(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), content);
    byte[] secret = UserSecret.read(file);
    assertThat(secret).hasSize(UserSecret.BYTES);
    assertThat(UserSecret.read(file)).isEqualTo(secret);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void shouldMakeIdsThatOthersCannotCompute() {
    byte[] mine = UserSecret.read(directory.resolve("mine"));
    byte[] theirs = UserSecret.read(directory.resolve("theirs"));
    assertThat(TransferId.of(mine, "put", "file")).isEqualTo(TransferId.of(mine, "put", "file"));
    assertThat(TransferId.of(mine, "put", "file"))
        .isNotEqualTo(TransferId.of(theirs, "put", "file"))
        .isNotEqualTo(TransferId.of(mine, "put", "other"));
  }
}
