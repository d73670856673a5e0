package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link FullPipe}: three rounds without a quarter more. */
class FullPipeTest {
  private final FullPipe pipe = new FullPipe();

  private void round(double rate, int packets, int needed) {
    for (int i = 0; i < packets; i++) {
      pipe.onAcked();
    }
    pipe.endRound(rate, needed);
  }

  @Test
  void shouldNoticeThatThereIsNoGrowth() {
    round(100, 10, 3);
    round(125, 10, 3);
    round(157, 10, 3);
    assertThat(pipe.rounds()).isZero();
    round(160, 10, 3);
    round(160, 10, 3);
    assertThat(pipe.isFull()).isFalse();
    assertThat(pipe.rounds()).isEqualTo(2);
    round(160, 10, 3);
    assertThat(pipe.isFull()).isTrue();
    assertThat(pipe.wasReached()).isTrue();
    pipe.restart(160);
    assertThat(pipe.isFull()).isFalse();
    assertThat(pipe.wasReached()).isTrue();
  }

  @Test
  void shouldNeedFewerRoundsWithAQueue() {
    round(100, 10, 2);
    round(100, 10, 2);
    round(100, 10, 2);
    assertThat(pipe.isFull()).isTrue();
  }

  @Test
  void shouldNotJudgeByFewPackets() {
    round(100, 8, 1);
    round(100, 7, 1);
    assertThat(pipe.isFull()).isFalse();
    round(100, 1, 1);
    assertThat(pipe.isFull()).as("added up").isTrue();
  }
}
