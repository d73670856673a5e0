package dev.ferry.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.Failures;
import org.junit.jupiter.api.Test;

/** {@link TransferFailure}. */
class TransferFailureTest {
  @Test
  void shouldHaveAKindForEachType() {
    assertThat(Failures.ofEveryKind())
        .extracting(TransferFailure::kind)
        .containsExactly(TransferFailure.Kind.values());
    assertThat(Failures.ofEveryKind())
        .<Class<?>>extracting(Object::getClass)
        .containsExactlyInAnyOrder(TransferFailure.class.getPermittedSubclasses());
  }
}
