package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of names, as a corpus of what must be turned down and what must not. */
class RemoteNameTest {
  /** Two bytes in UTF-8. */
  private static final String E_ACUTE = "\u00e9";

  /** Four bytes in UTF-8, two units in UTF-16. */
  private static final String SHIP = "\ud83d\udea2";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/etc/passwd",
        "//host/share",
        "/a",
        "a/",
        "a//b",
        "",
        ".",
        "..",
        "./",
        "./.",
        "./..",
        "./../a",
        ".//a",
        "a/./b",
        "a/.",
        "../a",
        "a/..",
        "a/../b",
        "a/../../b",
        "../../../../etc/passwd",
        "....//etc",
        "....//....//etc",
        "...",
        "....",
        "a/.../b",
        ".../...",
        "..//a",
        "a/..//../b",
        "/..",
        "/../a",
      })
  void shouldRejectWhatIsAbsoluteOrClimbs(String name) {
    assertRejected(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..\\a",
        "a\\b",
        "a/b\\..\\..\\c",
        "C:\\a",
        "\\\\host\\share",
        "\\a",
        "a\\",
        "\\",
        "..\\/a",
      })
  void shouldRejectBackslashes(String name) {
    assertRejected(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"./-a/b", "././-a/b", "-a/b"})
  void shouldDropTheDirectoryThatItIsInAtTheBeginning(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name)).hasToString("-a/b");
    assertThat(RemoteName.withoutDot(name)).isEqualTo("-a/b");
  }

  static Stream<String> controls() {
    return IntStream.concat(IntStream.rangeClosed(0, 0x1f), IntStream.rangeClosed(0x7f, 0x9f))
        .mapToObj(Character::toString);
  }

  static Stream<String> bidirectional() {
    return IntStream.of(
            0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
            0x2069)
        .mapToObj(Character::toString);
  }

  static Stream<String> lineSeparators() {
    return Stream.of("\u2028", "\u2029");
  }

  static Stream<String> unpairedSurrogates() {
    return Stream.of("\ud83d", "\udea2", "\udea2\ud83d");
  }

  @ParameterizedTest
  @MethodSource({"controls", "bidirectional", "lineSeparators", "unpairedSurrogates"})
  void shouldRejectForbiddenCharactersWhereverTheyStand(String forbidden) {
    assertRejected(forbidden);
    assertRejected(forbidden + "a");
    assertRejected("a" + forbidden + "b");
    assertRejected("a" + forbidden);
    assertRejected("dir" + forbidden + "/a");
  }

  static Stream<String> windowsDevices() {
    Stream<String> numbers =
        Stream.concat(
            IntStream.rangeClosed(0, 9).mapToObj(Integer::toString),
            Stream.of("\u00b9", "\u00b2", "\u00b3"));
    return Stream.concat(
        Stream.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"),
        numbers.flatMap(number -> Stream.of("COM" + number, "LPT" + number)));
  }

  @ParameterizedTest
  @MethodSource("windowsDevices")
  void shouldRejectNamesOfWindowsDevicesInAnyCaseAndWithAnyExtension(String device) {
    String lower = device.toLowerCase(Locale.ROOT);
    String mixed = device.charAt(0) + lower.substring(1);
    for (String stem : List.of(device, lower, mixed)) {
      assertRejected(stem);
      assertRejected(stem + ".txt");
      assertRejected(stem + ".tar.gz");
      assertRejected(stem + " .txt");
      assertRejected("dir/" + stem);
      assertRejected(stem + "/a");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a ", "a.", "a..", "a. ", "a .", " ", "  ", "dir /a", "dir./a", "a/b ", "con ", ".. ",
        "a/ /b",
      })
  void shouldRejectTrailingBlanksAndDots(String name) {
    assertRejected(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".ferry-x",
        ".ferry-",
        ".FERRY-x",
        ".Ferry-0123456789abcdef.part",
        "a/.ferry-x",
        ".ferry-x/a",
      })
  void shouldRejectNamesOfFerrysOwnFiles(String name) {
    assertRejected(name);
  }

  static Stream<String> components256() {
    return Stream.of(
        "a".repeat(256),
        E_ACUTE.repeat(128),
        SHIP.repeat(64),
        "a" + E_ACUTE.repeat(127) + "a",
        "dir/" + "a".repeat(256),
        "a".repeat(256) + "/a");
  }

  @ParameterizedTest
  @MethodSource("components256")
  void shouldRejectComponentsOf256Bytes(String name) {
    assertRejected(name);
  }

  static Stream<String> components255() {
    return Stream.of(
        "a".repeat(255),
        E_ACUTE.repeat(127) + "a",
        SHIP.repeat(63) + "abc",
        "dir/" + "a".repeat(255),
        "a".repeat(255) + "/a");
  }

  @ParameterizedTest
  @MethodSource("components255")
  void shouldAcceptComponentsOf255Bytes(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name)).hasToString(name);
  }

  @Test
  void shouldBoundTheWholeName() {
    String name1024 = ("a".repeat(127) + "/").repeat(8).substring(0, 1023) + "b";
    assertThat(name1024.getBytes(UTF_8)).hasSize(1024);
    assertThatCode(() -> RemoteName.parse(name1024)).doesNotThrowAnyException();
    assertRejected(name1024 + "b");
    assertRejected("a/".repeat(32_000) + "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.txt",
        "dir/a",
        "a/b/c/d/e",
        ".hidden",
        "..a",
        "...a",
        "a..b",
        " a",
        "a b",
        "-rf",
        "--help",
        "~",
        "$HOME",
        "%2e%2e",
        "a|b",
        "a:b",
        "*",
        "?",
        "\"",
        "'",
        "COM",
        "COM10",
        "cons",
        "console.log",
        "nul0",
        "auxiliary",
        "xcon",
        ".con",
        "ferry-x",
        ".ferry",
        ".ferryx",
        "a.ferry-x",
        "..a/b",
        "\u0440\u0443\u0441",
        "\u0627\u0644\u0639",
        "\u65e5\u672c",
        "e\u0301",
        SHIP,
        "\u0661",
        "a\u200bb",
      })
  void shouldAcceptOrdinaryNamesAndNeverRewriteThem(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name)).hasToString(name);
  }

  @Test
  void shouldTakeANameApart() throws InvalidNameException {
    RelativePath place = RemoteName.parse("a/b/c.txt").place();
    assertThat(place.directories()).containsExactly("a", "b");
    assertThat(place.fileName()).isEqualTo("c.txt");
    assertThat(place.components()).containsExactly("a", "b", "c.txt");
    assertThat(RemoteName.parse("c.txt").place().directories()).isEmpty();
  }

  private static void assertRejected(String name) {
    assertThatThrownBy(() -> RemoteName.parse(name))
        .as("'%s'", name)
        .isInstanceOf(InvalidNameException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FERRY-~1.PAR",
        "ferry-~2.jou",
        "a/FE1A2B~1.PAR",
        ".f\u200cerry-x",
        "\ufeff.ferry-x",
        ".\u200d",
        "a/.\u206a./b",
        "\u200c",
        "co\u200dn",
      })
  void shouldRejectOtherNamesOfWhatIsRejected(String name) {
    assertRejected(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {".ssh/id", ".bashrc", "a/.b", "a/.b/c", "\u200c.ssh", "..a"})
  void shouldTellHiddenNames(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name).isHidden(false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "a/b.c", "SSH~1", "AUTHOR~1.TXT", "a~"})
  void shouldTellNamesThatAreNotHidden(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name).isHidden(false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH~1", "a/AUTHOR~1.TXT", "BASHRC~12"})
  void shouldTakeShortNamesForHiddenOnesWhereThereAreAny(String name) throws InvalidNameException {
    assertThat(RemoteName.parse(name).isHidden(true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"aux", "nul.gz", "a.", "a ", "a\\b", "...", "con/a", "a/lpt1.txt/b", "\\"})
  void shouldTakeWhatWindowsWouldNotByTheRulesOfPosix(String name) throws InvalidNameException {
    assertRejected(name);
    assertThat(RemoteName.parse(name, NameRules.POSIX)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a/..",
        "../a",
        "/a",
        "a//b",
        "a/",
        "a\nb",
        "a\u202eb",
        ".ferry-a",
        "FERRY-~1",
        "\u200c..",
        ".\u200d"
      })
  void shouldStayBelowTheRootByAnyRules(String name) {
    assertRejected(name);
    assertThatThrownBy(() -> RemoteName.parse(name, NameRules.POSIX))
        .isInstanceOf(InvalidNameException.class);
  }
}
