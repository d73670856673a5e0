package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names as bytes, in any locale of the test. */
@EnabledOnOs(OS.LINUX)
class NativePathsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a b", "\u00e9", "a%20\u00e9?#", "\ud83d\udea2", "\udce9", "a\udcff\u00e9"})
  void shouldFindAFileByTheTextOfItsName(String name) throws IOException {
    Path file = directory.resolve(NativePaths.of(name));
    Files.createFile(file);
    assertThat(NativePaths.text(file.getFileName())).isEqualTo(name);
    try (var entries = Files.list(directory)) {
      assertThat(entries.map(entry -> NativePaths.text(entry.getFileName()))).containsExactly(name);
    }
    assertThat(NativePaths.of(directory + "//" + name)).isEqualTo(file);
    assertThat(NativePaths.of(directory + "/" + name + "/")).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/b", "../a", "./a"})
  void shouldLeaveTheRestToJava(String text) {
    assertThat(NativePaths.of(text)).isEqualTo(Path.of(text));
    assertThat(NativePaths.of("../\u00e9/a").startsWith("..")).isTrue();
  }

  @Test
  void shouldKeepBytesThatAreNoText() {
    byte[] latin = "caf\u00e9".getBytes(ISO_8859_1);
    assertThat(NativePaths.decode(latin)).isEqualTo("caf\udce9");
    assertThat(NativePaths.decode("caf\u00e9".getBytes(UTF_8))).isEqualTo("caf\u00e9");
    assertThat(NativePaths.decode(new byte[] {(byte) 0xc3})).isEqualTo("\udcc3");
    assertThat(NativePaths.decode(new byte[] {(byte) 0xe2, (byte) 0x82, 'a'}))
        .isEqualTo("\udce2\udc82a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9\0", "\ud83d", "a\udc00"})
  void shouldRefuseWhatIsNoName(String text) {
    assertThatThrownBy(() -> NativePaths.of(text)).isInstanceOf(InvalidPathException.class);
  }
}
