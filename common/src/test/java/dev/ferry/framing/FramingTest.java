package dev.ferry.framing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
  private static final int MIN_FIRST_PACKET_BYTES = 1200;
  private static final int MAX_PACKET_BYTES = 65_507;

  @ParameterizedTest
  @EnumSource
  void shouldBeRecognisedByTheFirstByteOfAFirstPacket(StreamFraming framing) {
    for (int first = 0x80; first <= 0xff; first++) {
      for (int length : List.of(MIN_FIRST_PACKET_BYTES, MAX_PACKET_BYTES)) {
        byte[] packet = new byte[length];
        packet[0] = (byte) first;
        byte[] stream = Streams.encode(framing.encoder(), List.of(packet));
        assertThat(StreamFraming.recognise(stream[0])).as("0x%02x", first).isEqualTo(framing);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(chars = {'G', 'P', 's', '\n', '\\', 0x16, 0x7f, 1})
  void shouldNotRecogniseWhatOthersSay(char first) {
    assertThat(StreamFraming.recognise((byte) first)).isNull();
  }

  @Test
  void shouldRecogniseNothingElse() {
    long recognised = 0;
    for (int first = 0; first < 0x80; first++) {
      if (StreamFraming.recognise((byte) first) != null) {
        recognised++;
      }
    }
    assertThat(recognised).as("0 and the marker").isEqualTo(2);
  }
}
