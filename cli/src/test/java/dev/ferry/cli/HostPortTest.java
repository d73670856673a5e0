package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  @ParameterizedTest
  @CsvSource({
    "localhost:12300, localhost, 12300",
    "192.0.2.1:1, 192.0.2.1, 1",
    "host.example.:65535, host.example., 65535",
    "[::1]:1, ::1, 1",
    "[2001:db8::1]:12300, 2001:db8::1, 12300",
    "[fe80::1%eth0]:12300, fe80::1%eth0, 12300"
  })
  void shouldReadAPeerAndShowItAlike(String text, String host, int port) throws CommandException {
    HostPort peer = HostPort.parse(text);
    assertThat(peer).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:-1",
        "localhost:+1",
        "localhost: 1",
        "localhost:1 ",
        "localhost:port",
        "localhost:4294979596", // 12300 modulo 2^32
        "localhost:\u0661\u0662",
        ":12300",
        "12300",
        "::1",
        "::1:12300",
        "[::1]",
        "[::1]:",
        "[::1]:0",
        "[::1]12300",
        "[::1:12300",
        "::1]:12300",
        "[]:12300",
        "host:1:2"
      })
  void shouldRejectWhatIsNoPeer(String text) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> HostPort.parse(text))
        .withMessage(
            "'%s' is not host:port; an IPv6 address needs brackets, as in [::1]:12300", text)
        .extracting(CommandException::exitCode)
        .isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[2J", "a\nb"})
  void shouldEscapeWhatItRejects(String text) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> HostPort.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b", "\n"));
  }
}
