package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.HostPort;
import dev.ferry.client.CopyOperand.Local;
import dev.ferry.client.CopyOperand.Remote;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyOperandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "./a:b",
        "a/b:12300/c",
        "/a:1/b",
        "a\\b:1",
        ".",
        "..",
        "[a]",
        "[a]/:1"
      })
  void shouldBeLocal(String text) throws CommandException {
    assertThat(CopyOperand.parse(text, false)).isEqualTo(new Local(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C:", "C:\\a", "c:/a", "C:1/a"})
  void shouldBeADriveOnWindows(String text) throws CommandException {
    assertThat(CopyOperand.parse(text, true)).isEqualTo(new Local(text));
  }

  @ParameterizedTest
  @CsvSource({
    "host:12300, host, 12300, ''",
    "host:12300/, host, 12300, ''",
    "host:12300/a/b, host, 12300, a/b",
    "host:12300/a:b, host, 12300, a:b",
    "host:12300//a, host, 12300, /a",
    "host:12300/a%20b, host, 12300, a%20b",
    "h:1/a, h, 1, a",
    "192.0.2.1:1/a/, 192.0.2.1, 1, a/",
    "[::1]:1/a, ::1, 1, a",
    "[fe80::1%eth0]:1, fe80::1%eth0, 1, ''",
    "ferry://host:12300, host, 12300, ''",
    "FERRY://host:12300/a%20b/%C3%A9, host, 12300, a b/\u00e9",
    "ferry://[::1]:1/a:b@c, ::1, 1, a:b@c",
    "ferry://h:1/100%25, h, 1, 100%",
    "ferry://h:1/\u00e9\ud83d\ude00, h, 1, \u00e9\ud83d\ude00",
  })
  void shouldBeAtAServer(String text, String host, int port, String path) throws CommandException {
    boolean isUrl = text.toLowerCase(Locale.ROOT).startsWith("ferry:");
    assertThat(CopyOperand.parse(text, false))
        .isEqualTo(new Remote(new HostPort(host, port), path, isUrl));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "user@host:a; over ssh",
        "user@host:12300/a; a file of that name is './user@host:12300/a'",
        "user@[::1]:a; over ssh",
        "host:other; is neither HOST:PORT/PATH",
        "host:other; USER@HOST:PATH",
        "host:12300a; neither",
        "host:; neither",
        "C:\\a; neither",
        "http://host/a; neither",
        "host:0/a; a port is a number",
        "host:65536; a port is a number",
        "host:99999999999; a port is a number",
        ":1/a; the host is missing",
        "[]:1/a; brackets",
        "ferry://host/a; the port is missing",
        "ferry://u@host:1/a; takes no user",
        "ferry://host:1/a?b; no '?'",
        "ferry://host:1/a#b; no '#'",
        "ferry://host:1/a%2; hexadecimal",
        "ferry://host:1/a%zz; hexadecimal",
        "ferry://host:1/a%2Fb; no name has a slash",
        "ferry://host:1/%E9; no UTF-8",
      })
  void shouldSayWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> CopyOperand.parse(text, false))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldTakeALetterForAHostElsewhere() throws CommandException {
    assertThat(CopyOperand.parse("C:1/a", false)).isEqualTo(new Remote(new HostPort("C", 1), "a"));
  }
}
