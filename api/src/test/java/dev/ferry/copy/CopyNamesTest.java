package dev.ferry.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyNamesTest {
  /** The rules of rsync, but that nothing depends on what is at the destination. */
  @ParameterizedTest(name = "{0}, directory {1}, several {2}, to {3}")
  @CsvSource({
    // A file gets the name that is given, unless that is a directory's.
    "a, false, false, '', a",
    "a, false, false, b, b",
    "a, false, false, b/c, b/c",
    "a, false, false, b/, b/a",
    "d/a, false, false, '', a",
    "d/a, false, false, b//, b/a",
    "a, false, true, b, b/a",
    "a, false, true, '', a",
    // A directory arrives whole, or what is in it does.
    "d, true, false, '', d",
    "d, true, false, b, b/d",
    "d, true, false, b/, b/d",
    "c/d, true, true, b, b/d",
    "d/, true, false, b, b",
    "d/, true, false, b/, b",
    "d//, true, false, '', ''",
    "., true, false, b, b",
    ".., true, false, b, b",
    "d/., true, false, b, b",
    "d/.., true, false, b, b",
    "/, true, false, b, b",
    // What no server takes stays so.
    "a, false, true, /, /a",
    "a, false, false, /b, /b",
  })
  void shouldNameASource(
      String source, boolean isDirectory, boolean several, String destination, String expected) {
    assertThat(CopyNames.of(source, "/").at(destination, isDirectory, several)).isEqualTo(expected);
  }

  /** What a list says is put to the same place as what it stands for. */
  @ParameterizedTest
  @CsvSource({
    "a, a, a",
    "d/a, d/./a, a",
    "/d/a, /d/./a, a",
    "d/, d/., ''",
    "., ./., ''",
    "/, /., ''",
  })
  void shouldListASource(String source, String listed, String below) {
    CopyNames names = CopyNames.of(source, "/");

    assertThat(names.listed()).isEqualTo(listed);
    assertThat(CopyNames.ofLine(listed)).isEqualTo(names.ownName()).isEqualTo(below);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b",
    "./a//b/, a/b",
    "/a/b, a/b",
    "x/./a/b, a/b",
    "x/./a/./b, a/b",
    "/x/y/./a, a",
    "a/../b, a/../b",
    "x/./., ''",
    "x/., ''",
  })
  void shouldNameALine(String line, String expected) {
    assertThat(CopyNames.ofLine(line)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"C:\\d\\a, a, C:\\d\\./a", "d\\, '', d/.", "d/a, a, d/./a"})
  void shouldTakeBothSeparatorsOnWindows(String source, String ownName, String listed) {
    CopyNames names = CopyNames.of(source, "/\\");

    assertThat(names.ownName()).isEqualTo(ownName);
    assertThat(names.listed()).isEqualTo(listed);
  }
}
