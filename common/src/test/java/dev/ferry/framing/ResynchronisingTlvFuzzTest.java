package dev.ferry.framing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferry.framing.FuzzedStream.Outcome;
import java.nio.ByteBuffer;

/**
 * Whatever comes, every byte is part of a message, dropped, or waiting for more. A normal run
 * replays the seeds and the findings in {@code ResynchronisingTlvFuzzTestInputs}; with {@code
 * JAZZER_FUZZ=1} this searches for new ones.
 */
class ResynchronisingTlvFuzzTest {
  private int dropped;

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldAccountForEveryByte(byte[] input) {
    FuzzedStream stream = FuzzedStream.of(input);
    dropped = 0;
    Outcome outcome =
        stream.feed(
            TlvDecoder.resynchronising(
                FuzzedStream.MAX_MESSAGE_BYTES, (marker, bytes) -> dropped += bytes));
    int taken = dropped;
    for (ByteBuffer message : outcome.messages()) {
      taken += TlvDecoder.HEADER_BYTES + message.remaining();
    }
    int came = stream.bytes().limit();
    boolean hasMore = outcome.hasFailed() || outcome.isMidFrame();
    FuzzedStream.require(hasMore ? taken < came : taken == came, "lost or invented bytes");
    checkUpToTheFirstError(stream, outcome);
  }

  private void checkUpToTheFirstError(FuzzedStream stream, Outcome outcome) {
    Outcome strict = stream.feed(TlvDecoder.strict(FuzzedStream.MAX_MESSAGE_BYTES));
    int found = strict.messages().size();
    FuzzedStream.require(
        outcome.messages().size() >= found
            && outcome.messages().subList(0, found).equals(strict.messages()),
        "lost or altered what came before an error");
    FuzzedStream.require(dropped == 0 || strict.hasFailed(), "dropped what is right");
  }
}
