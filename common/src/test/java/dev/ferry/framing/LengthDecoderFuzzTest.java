package dev.ferry.framing;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Any stream is the same messages whole and torn, or an error. A normal run replays the seeds and
 * the findings in {@code LengthDecoderFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches for
 * new ones.
 */
class LengthDecoderFuzzTest {
  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyStream(byte[] input) {
    FuzzedStream.of(input)
        .check(() -> new LengthDecoder(FuzzedStream.MAX_MESSAGE_BYTES), new LengthEncoder());
  }
}
