package dev.ferry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is said, and nothing is started. */
class ExamplesTest {
  private final Output out = new Output();
  private final Output err = new Output();

  private ExitCode run(String commandLine) {
    List<String> args = commandLine.isEmpty() ? List.of() : List.of(commandLine.split(" "));
    return Examples.run(args, out.stream(), err.stream());
  }

  @ParameterizedTest
  @CsvSource({
    "'', use one of",
    "naive, use one of",
    "naive --help, use one of",
    "sensible server 0, use one of",
    "naive server, use: naive server PORT [BUFFER]",
    "naive server 0 10 10, use: naive server PORT [BUFFER]",
    "naive server port, 'port' is not a port",
    "naive server 65536, '65536' is not a port",
    "naive server 0 0, a buffer has 1 byte to 1MiB",
    "delimiter server 0 2MiB, a buffer has 1 byte to 1MiB",
    "tlv server 0 ten, 'ten' is not a size",
    "buffered server -1, '-1' is not a port",
    "naive client localhost, 'localhost' is not host:port",
    "delimiter client localhost:1 1, '1' is not a time",
    "tlv client localhost:1 more, use: tlv client HOST:PORT",
    "buffered client localhost, 'localhost' is not host:port",
    "download server 0, use: download server PORT ROOT",
    "download client localhost:1, use: download client HOST:PORT NAME",
    "download client localhost:1 name . much, 'much' is not a size",
  })
  void shouldRejectACommandLine(String commandLine, String message) {
    assertThat(run(commandLine)).isEqualTo(ExitCode.USAGE);
    assertThat(err.text()).startsWith("examples: " + message);
    assertThat(out.text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"naive", "delimiter", "tlv", "buffered"})
  void shouldSayThatNobodyListens(String example) throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(run(example + " client 127.0.0.1:" + port)).isEqualTo(ExitCode.TEMPORARY);
    assertThat(err.text()).startsWith("examples: 127.0.0.1:" + port + ": ");
  }

  @ParameterizedTest
  @CsvSource({"naive", "delimiter", "tlv", "buffered"})
  void shouldSayThatAPortIsTaken(String example) throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      assertThat(run(example + " server " + port)).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(err.text()).startsWith("examples: port " + port + ": ");
    }
  }

  @Test
  void shouldSayThatADirectoryIsNotThere() {
    assertThat(run("download server 0 /no/such/directory")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(run("download client localhost:1 name /no/such/directory"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.text()).contains("is no directory", "the directory cannot be used");
    assertThat(out.text()).isEmpty();
  }
}
