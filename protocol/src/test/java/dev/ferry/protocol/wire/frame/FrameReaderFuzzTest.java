package dev.ferry.protocol.wire.frame;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Whatever a packet contains, the reader does not throw, tells nothing of what is malformed, and
 * what it tells is read as the same when written again. A normal run replays the seeds and the
 * findings in {@code FrameReaderFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches for new
 * ones.
 */
class FrameReaderFuzzTest {
  private static final ByteBuffer COPY = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
  private static final ByteBuffer AGAIN = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
  private static final FrameReader READER = new FrameReader();

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyContent(byte[] content) {
    byte[] original = content.clone();
    Outcome outcome = READER.read(ByteBuffer.wrap(content), new FrameCopier(COPY.clear()));
    require(Arrays.equals(content, original), "reading changed the packet");
    COPY.flip();
    if (outcome == Outcome.MALFORMED) {
      require(!COPY.hasRemaining(), "told frames of a malformed packet");
      return;
    }
    require(COPY.remaining() <= content.length, "longer than what arrived");
    if (!COPY.hasRemaining()) {
      return; // nothing but padding
    }
    Outcome once = READER.read(COPY.duplicate(), new FrameCopier(AGAIN.clear()));
    require(once == outcome, "read otherwise when written again");
    require(AGAIN.flip().equals(COPY), "written otherwise when read again");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
