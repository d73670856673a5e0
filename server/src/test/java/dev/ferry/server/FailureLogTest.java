package dev.ferry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.testkit.process.Failures;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link FailureLog}. */
class FailureLogTest {
  static Stream<TransferFailure> failures() {
    return Failures.ofEveryKind().stream();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldHaveWordsForEveryKind(TransferFailure failure) {
    assertThat(FailureLog.kind(failure)).matches("[A-Z_]+");
    assertThat(FailureLog.detail(failure)).isNotBlank().doesNotContain("\n", "null");
  }
}
