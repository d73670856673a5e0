package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the proxy says when it starts, or does not. */
class ProxyUsageIT {
  private static final Pattern SEED = Pattern.compile("seed (-?\\d+)");

  /** Each datagram would go round for ever. */
  @ParameterizedTest
  @CsvSource({"12300, localhost:12300, ''", "12300, 127.0.0.1:12300, --bind=127.0.0.1"})
  void shouldNotForwardToItself(String port, String server, String option) throws IOException {
    String[] arguments =
        option.isEmpty() ? new String[] {port, server} : new String[] {port, server, option};
    JarProcess.Result result = JarProcess.lossyProxy().run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(64);
    assertThat(result.err().get(0))
        .endsWith(server + " is where this proxy would listen; it needs a port of its own");
  }

  /** A seed with a sign looks like an option. */
  @RepeatedTest(2)
  void shouldPrintASeedThatCanBeGivenBack() throws IOException {
    try (JarProcess proxy = JarProcess.lossyProxy().start("0", "localhost:9")) {
      String seed = proxy.out().await(SEED.pattern()).group(1);
      assertThat(seed).matches("\\d+");
      JarProcess.Result result =
          JarProcess.lossyProxy().run("0", "localhost:9", "--seed", seed, "--loss", "no share");
      assertThat(result.err().get(0)).contains("no share").doesNotContain("seed");
    }
  }
}
