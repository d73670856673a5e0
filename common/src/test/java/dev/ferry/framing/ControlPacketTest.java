package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.framing.ControlPacket.Opcode;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlPacketTest {
  private static byte[] encode(ControlPacket packet) {
    ByteBuffer out = ByteBuffer.allocate(ControlPacket.BYTES);
    packet.encode(out);
    assertThat(out.hasRemaining()).isFalse();
    return out.array();
  }

  @ParameterizedTest
  @CsvSource({"END, 0", "REQUEST, 1", "ACK, 2", "NAK, 3"})
  void shouldBeginWithTheOpcode(Opcode opcode, byte code) {
    assertThat(encode(new ControlPacket(opcode, 0, ""))[0]).isEqualTo(code);
  }

  @Test
  void shouldBeWrittenAsTheFormatSays() {
    byte[] expected = new byte[256];
    byte[] start = Streams.bytes(2, 0xfe, 0xdc, 0xba, 0x98, 'h', 0xc3, 0xa4, '!');
    System.arraycopy(start, 0, expected, 0, start.length);
    assertThat(encode(new ControlPacket(Opcode.ACK, 0xfedcba98L, "hä!"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeReadAsItWasWritten(Opcode opcode) throws MessageFormatException {
    for (long size : List.of(0L, 1L, 0x7fff_ffffL, 0x8000_0000L, ControlPacket.MAX_SIZE)) {
      for (String text : List.of("", "a name", "🚢", "x".repeat(251), "€".repeat(83) + "ab")) {
        ControlPacket packet = new ControlPacket(opcode, size, text);
        assertThat(ControlPacket.decode(ByteBuffer.wrap(encode(packet)))).isEqualTo(packet);
      }
    }
  }

  @Test
  void shouldComeOutWholeHoweverTheStreamIsTorn() throws MessageFormatException {
    ControlPacket request = new ControlPacket(Opcode.REQUEST, 0, "notes.txt");
    ControlPacket end = new ControlPacket(Opcode.END, 0, "");
    ByteBuffer stream = ByteBuffer.allocate(2 * ControlPacket.BYTES + 3);
    request.encode(stream);
    end.encode(stream);
    for (int length = 1; length <= stream.capacity(); length++) {
      FixedLengthDecoder decoder = new FixedLengthDecoder(ControlPacket.BYTES);
      List<ControlPacket> packets = new ArrayList<>();
      for (int start = 0; start < stream.capacity(); start += length) {
        int taken = Math.min(length, stream.capacity() - start);
        ByteBuffer in = stream.slice(start, taken);
        for (ByteBuffer p = decoder.next(in); p != null; p = decoder.next(in)) {
          packets.add(ControlPacket.decode(p));
        }
      }
      assertThat(packets).as("pieces of %d", length).containsExactly(request, end);
      assertThat(decoder.isMidFrame()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 255, 257})
  void shouldHaveExactlyItsLength(int bytes) {
    assertThatThrownBy(() -> ControlPacket.decode(ByteBuffer.allocate(bytes)))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage("a control packet of " + bytes + " bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "0,   0x04, the opcode 4",
    "0,   0xff, the opcode 255",
    "5,   0xff, text that is not UTF-8",
    "255, 0xc3, text that is not UTF-8",
    "6,   0x41, something behind its text"
  })
  void shouldRejectWhatIsNone(int index, String value, String error) {
    byte[] packet = new byte[256];
    packet[index] = Integer.decode(value).byteValue();
    assertThatThrownBy(() -> ControlPacket.decode(ByteBuffer.wrap(packet)))
        .isInstanceOf(MessageFormatException.class)
        .hasMessageContaining(error);
  }

  @Test
  void shouldNotWriteWhatCannotBeReadAgain() {
    for (String text : List.of("x".repeat(252), "€".repeat(84), "a\0b", "\ud83d")) {
      assertThatThrownBy(() -> new ControlPacket(Opcode.NAK, 0, text))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (long size : List.of(-1L, ControlPacket.MAX_SIZE + 1)) {
      assertThatThrownBy(() -> new ControlPacket(Opcode.NAK, size, ""))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldWriteAllOrNothing() {
    ByteBuffer small = ByteBuffer.allocate(ControlPacket.BYTES - 1);
    assertThatThrownBy(() -> new ControlPacket(Opcode.END, 0, "").encode(small))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(small.position()).isZero();
  }

  @Test
  void shouldClipTextBetweenCharacters() {
    assertThat(ControlPacket.clip("short")).isEqualTo("short");
    assertThat(ControlPacket.clip("x".repeat(252))).isEqualTo("x".repeat(251));
    for (String letter : List.of("x", "ä", "€", "🚢")) {
      for (int before = 0; before < 4; before++) {
        String clipped = ControlPacket.clip("-".repeat(before) + letter.repeat(300));
        int room = ControlPacket.MAX_TEXT_BYTES - before;
        assertThat(clipped)
            .isEqualTo("-".repeat(before) + letter.repeat(room / letter.getBytes(UTF_8).length));
        assertThat(encode(new ControlPacket(Opcode.NAK, 0, clipped))).hasSize(256);
      }
    }
    assertThat(ControlPacket.clip("a\0b\ud83d")).isEqualTo("a?b?");
  }
}
