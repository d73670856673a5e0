package dev.ferry.framing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Any 256 bytes are a packet that is written just so, or an error. A normal run replays the seeds
 * and the findings in {@code ControlPacketFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches
 * for new ones.
 */
class ControlPacketFuzzTest {
  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyBytes(byte[] input) {
    byte[] bytes = Arrays.copyOf(input, ControlPacket.BYTES);
    ControlPacket packet;
    try {
      packet = ControlPacket.decode(ByteBuffer.wrap(bytes));
    } catch (MessageFormatException e) {
      return;
    }
    ByteBuffer again = ByteBuffer.allocate(ControlPacket.BYTES);
    packet.encode(again);
    if (!again.flip().equals(ByteBuffer.wrap(bytes))) {
      throw new AssertionError("written otherwise: " + packet);
    }
  }
}
