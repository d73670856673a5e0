package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/**
 * Any stream is the same messages whole and torn, or an error. A normal run replays the seeds and
 * the findings in {@code DelimiterDecoderFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches
 * for new ones.
 */
class DelimiterDecoderFuzzTest {
  /** One of a single byte, and two that begin as they end. */
  private static final List<DelimiterFraming> FRAMINGS =
      List.of(
          DelimiterFraming.LINES,
          new DelimiterFraming(";;".getBytes(UTF_8), (byte) '\\'),
          new DelimiterFraming("aba".getBytes(UTF_8), (byte) 'c'));

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyStream(byte[] input) {
    FuzzedStream stream = FuzzedStream.of(input);
    for (DelimiterFraming framing : FRAMINGS) {
      stream.check(() -> framing.decoder(FuzzedStream.MAX_MESSAGE_BYTES), framing.encoder());
    }
  }
}
