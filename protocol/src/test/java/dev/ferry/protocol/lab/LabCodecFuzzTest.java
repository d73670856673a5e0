package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Whatever arrives, the codec does not throw; and what it takes for a message is the same message
 * after being sent on. A normal run replays the seeds and the findings in {@code
 * LabCodecFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches for new ones.
 */
class LabCodecFuzzTest {
  private static final ByteBuffer BUFFER = ByteBuffer.allocate(2 * Udp.MAX_PAYLOAD_BYTES);

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyDatagram(byte[] datagram) {
    check(datagram, LabCodec::decodeFromClient);
    check(datagram, LabCodec::decodeFromServer);
  }

  private static void check(byte[] datagram, Function<ByteBuffer, LabMessage> decoder) {
    byte[] original = datagram.clone();
    LabMessage message = decoder.apply(ByteBuffer.wrap(datagram));
    if (!Arrays.equals(datagram, original)) {
      throw new AssertionError("decoding changed the datagram");
    }
    if (message == null) {
      return;
    }
    BUFFER.clear();
    LabCodec.encode(message, BUFFER);
    BUFFER.flip();
    if (BUFFER.remaining() != LabCodec.encodedBytes(message)) {
      throw new AssertionError("predicted another size: " + message);
    }
    if (message instanceof ToServer && BUFFER.remaining() > datagram.length) {
      throw new AssertionError("longer than what arrived: " + message);
    }
    assertThat(decoder.apply(BUFFER)).isEqualTo(message);
  }
}
