package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link SendStates}. */
class SendStatesTest {
  private final SendStates states = new SendStates();

  @Test
  void shouldKnowTheStateOfEachPacket() {
    for (long number = 5; number < 10; number++) {
      states.onSent(number, ModelState.STARTUP);
    }
    states.onSent(12, ModelState.DRAIN);
    states.onSent(13, ModelState.PROBE_DOWN);
    assertThat(states.of(5)).isEqualTo(ModelState.STARTUP);
    assertThat(states.of(9)).isEqualTo(ModelState.STARTUP);
    assertThat(states.of(12)).isEqualTo(ModelState.DRAIN);
    assertThat(states.of(13)).isEqualTo(ModelState.PROBE_DOWN);
    assertThat(states.of(99)).isEqualTo(ModelState.PROBE_DOWN);
  }

  @Test
  void shouldForgetWhatIsLongGone() {
    for (long number = 0; number < 3 * SendStates.MAX_CHANGES; number++) {
      states.onSent(number, number % 2 == 0 ? ModelState.PROBE_UP : ModelState.PROBE_DOWN);
    }
    long oldest = 2 * SendStates.MAX_CHANGES;
    assertThat(states.of(oldest)).isEqualTo(ModelState.PROBE_UP);
    assertThat(states.of(oldest + 1)).isEqualTo(ModelState.PROBE_DOWN);
    assertThat(states.of(1)).as("the oldest known").isEqualTo(ModelState.PROBE_UP);
  }
}
