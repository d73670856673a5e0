package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** {@link RateWatch}. */
class RateWatchTest {
  private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();

  @Test
  void shouldTellTheRateAtOnceAndWhenItChanges() throws InterruptedException {
    AtomicLong rate = new AtomicLong(1000);
    RateWatch watch = RateWatch.start(rate::get, told::add);
    try {
      assertThat(told).containsExactly(1000L);
      rate.set(2000);
      assertThat(told.take()).isEqualTo(1000);
      assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(2000);
    } finally {
      watch.close();
    }
  }

  @Test
  void shouldTellThatThereIsNoCap() {
    RateWatch.start(null, told::add).close();
    assertThat(told).containsExactly(Long.MAX_VALUE);
  }

  @Test
  void shouldGoOnAfterAFailure() throws InterruptedException {
    AtomicLong looks = new AtomicLong();
    RateWatch watch =
        RateWatch.start(
            () -> {
              if (looks.incrementAndGet() == 2) {
                throw new IllegalStateException("the second look fails");
              }
              return 1000 * looks.get();
            },
            told::add);
    try {
      assertThat(told.take()).isEqualTo(1000);
      assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(3000);
    } finally {
      watch.close();
    }
  }
}
