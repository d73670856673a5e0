package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

  static Stream<Arguments> mistakes() {
    return Stream.of(
            Stream.of("").map(text -> Arguments.of(text, "it is empty")),
            Stream.of("localhost", "12300")
                .map(text -> Arguments.of(text, "the port is missing, as in host:12300")),
            Stream.of("localhost:")
                .map(
                    text ->
                        Arguments.of(
                            text, "the port behind the colon is missing, as in host:12300")),
            Stream.of(
                    "localhost:0",
                    "localhost:65536",
                    "localhost:99999",
                    "localhost:-1",
                    "localhost:+1",
                    "localhost: 1",
                    "localhost:1 ",
                    "localhost:port",
                    "localhost:4294979596", // 12300 modulo 2^32
                    "localhost:\u0661\u0662",
                    "[::1]:0")
                .map(text -> Arguments.of(text, "a port is a number from 1 to 65535")),
            Stream.of(":12300")
                .map(text -> Arguments.of(text, "the host is missing, as in localhost:12300")),
            Stream.of("[::1]", "[::1]12300")
                .map(text -> Arguments.of(text, "the port is missing, as in [::1]:12300")),
            Stream.of("[::1]:")
                .map(
                    text ->
                        Arguments.of(
                            text, "the port behind the colon is missing, as in host:12300")),
            Stream.of("::1", "::1:12300", "[::1:12300", "::1]:12300", "[]:12300", "host:1:2")
                .map(
                    text ->
                        Arguments.of(text, "an IPv6 address needs brackets, as in [::1]:12300")))
        .flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void shouldNameTheMistakeInWhatIsNoPeer(String text, String mistake) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> HostPort.parse(text))
        .withMessage("'%s' is not host:port; %s", text, mistake)
        .extracting(CommandException::exitCode)
        .isEqualTo(ExitCode.USAGE);
    assertThat(HostPort.isOne(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[2J", "a\nb"})
  void shouldEscapeWhatItRejects(String text) {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> HostPort.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b", "\n"));
  }
}
