package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.proxy.trace.TraceWriter;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** The trace is a function of the seed and of what comes in. */
class TraceDeterminismTest {
  private static final int COURSES = 50;

  private static byte[] trace(long course, long seed, long originNs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new RandomCourse(course, originNs).run(seed, new TraceWriter(originNs, out::writeBytes));
    return out.toByteArray();
  }

  @Test
  void shouldBeTheSameForTheSameSeedAndInput() {
    for (long course = 0; course < COURSES; course++) {
      byte[] first = trace(course, course, 0);
      assertThat(first.length).as("course %d", course).isGreaterThan(50_000);
      assertThat(trace(course, course, 0)).as("course %d", course).isEqualTo(first);
    }
  }

  @Test
  void shouldNotDependOnWhereTheClockBegan() {
    for (long course = 0; course < COURSES; course++) {
      byte[] first = trace(course, course, 0);
      long originNs = course % 2 == 0 ? Long.MAX_VALUE - 1_000_000 : -course * 1_000_003;
      assertThat(trace(course, course, originNs)).as("course %d", course).isEqualTo(first);
    }
  }

  @Test
  void shouldBeAnotherForAnotherSeed() {
    for (long course = 0; course < COURSES; course++) {
      assertThat(trace(course, course + 1, 0))
          .as("course %d", course)
          .isNotEqualTo(trace(course, course, 0));
    }
  }

  @Test
  void shouldBeAnotherForAnotherInput() {
    for (long course = 0; course < COURSES; course++) {
      assertThat(trace(course + COURSES, 1, 0))
          .as("course %d", course)
          .isNotEqualTo(trace(course, 1, 0));
    }
  }
}
