package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.wire.TransportParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How soon a connection uses its path, with what is remembered of it and without, in virtual time.
 */
class CarefulResumeTest {
  private static final EmulatedLink GIGABIT = EmulatedLink.of(100, 1000, 0);
  private static final long ENDLESS = 1L << 40;

  private static Dumbbell.Flow flow(Dumbbell dumbbell) {
    return dumbbell
        .add(CongestionAlgorithm.MODEL, ENDLESS, 0)
        .sendingEarly(TransportParameters.MAX_EARLY_PACKETS);
  }

  /** What arrives in the round trip that begins so many of them after the first packet left. */
  private static double shareInRound(
      int round, Dumbbell dumbbell, Dumbbell.Flow flow, EmulatedLink link) {
    double arrivalMs = link.rttMs() / 2 + 1;
    dumbbell.run((arrivalMs + round * link.rttMs()) / 1000);
    long before = flow.doneBytes();
    dumbbell.run((arrivalMs + (round + 1) * link.rttMs()) / 1000);
    return (flow.doneBytes() - before) * 8e-3 / link.rttMs() / link.mbit();
  }

  @Test
  void shouldUseARememberedPathAfterThreeRoundTrips() {
    Dumbbell dumbbell = GIGABIT.dumbbell(1);
    Dumbbell.Flow flow = flow(dumbbell).remembering(1000, 100);
    assertThat(shareInRound(1, dumbbell, flow, GIGABIT)).isGreaterThan(0.45);
    assertThat(shareInRound(3, dumbbell, flow, GIGABIT)).isGreaterThan(0.9);
  }

  @Test
  void shouldNotBelieveWhatIsRememberedOfAPathOfAnotherLength() {
    Dumbbell dumbbell = GIGABIT.dumbbell(1);
    Dumbbell.Flow flow = flow(dumbbell).remembering(1000, 20);
    assertThat(shareInRound(1, dumbbell, flow, GIGABIT)).isLessThan(0.3);
  }

  /** What the start puts into a queue that is too short for it is over after some round trips. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2})
  void shouldNotOverrunAShallowQueueForLong(double products) {
    for (long mbit : new long[] {0, 1000}) {
      Dumbbell dumbbell = GIGABIT.withQueue(products).dumbbell(1);
      Dumbbell.Flow flow = flow(dumbbell);
      if (mbit > 0) {
        flow.remembering(mbit, 100);
      }
      dumbbell.run(1.5);
      long drops = dumbbell.queueDrops;
      dumbbell.run(3);
      assertThat((double) dumbbell.queueDrops - drops)
          .as("what does not fit into the queue after the start")
          .isLessThan(0.01 * dumbbell.carried);
      assertThat(dumbbell.queueLoss()).isLessThan(0.12);
    }
  }

  /**
   * The first packets show that the path is slower; where it is too fast for that, the jump ends
   * with the first losses in a queue.
   */
  @ParameterizedTest
  @CsvSource({"100, 100, 5", "100, 1000, 3", "40, 2500, 1"})
  void shouldDoNoHarmWithARateThatIsTenTimesTooHigh(double rttMs, long mbit, double seconds) {
    EmulatedLink link = EmulatedLink.of(rttMs, (double) mbit, 0);
    Dumbbell without = link.dumbbell(1);
    Dumbbell.Flow plain = flow(without);
    without.run(seconds);
    Dumbbell with = link.dumbbell(1);
    Dumbbell.Flow misled = flow(with).remembering(10 * mbit, (long) rttMs);
    with.run(seconds);
    assertThat((double) misled.doneBytes()).isGreaterThan(0.95 * plain.doneBytes());
    with.run(seconds / 2);
    assertThat(with.queueLoss()).isLessThan(0.2);
  }
}
