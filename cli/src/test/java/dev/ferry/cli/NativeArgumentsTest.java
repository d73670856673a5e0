package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What Java has lost of the arguments; each word of the command line ends in a zero. */
class NativeArgumentsTest {
  private static String[] restored(String commandLine, String... args) {
    return NativeArguments.restore(args, commandLine.getBytes(ISO_8859_1));
  }

  @Test
  void shouldTakeTheLastWordsOfTheCommandLine() {
    assertThat(restored("java\0-jar\0x\0put\0a\u00c3\u00a9\0\0b\u00e9\0", "put", "a??", "", "b?"))
        .containsExactly("put", "a\u00e9", "", "b\udce9");
  }

  @Test
  void shouldLeaveTheArgumentsAsTheyAreIfTheyAreOthers() {
    String[] args = {"put", "?"};
    assertThat(restored("java\0other\0\u00e9\0", args)).isSameAs(args);
    assertThat(restored("\u00e9\0", args)).isSameAs(args);
    assertThat(restored("", args)).isSameAs(args);
  }

  @Test
  void shouldNotLookWhereNothingIsLost() {
    String[] args = {"put", "\u00e9"};
    assertThat(NativeArguments.restore(args)).isSameAs(args);
  }
}
