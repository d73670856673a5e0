package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LengthDecoderTest {
  private final LengthDecoder decoder = new LengthDecoder(100);

  @Test
  void shouldWriteFourBytesOfLengthBeforeTheMessage() {
    ByteBuffer out = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer content = ByteBuffer.wrap(new byte[0x123]);
    new LengthEncoder().encode(content, out);
    assertThat(content.hasRemaining()).isFalse();
    assertThat(out.position()).isEqualTo(4 + 0x123);
    assertThat(out.array()).startsWith(0, 0, 1, 0x23, 0);
  }

  @Test
  void shouldShowAWholeMessageWithoutCopyingIt() throws MessageFormatException {
    byte[] stream = {9, 0, 0, 0, 2, 'h', 'i', 9};
    ByteBuffer message = decoder.next(ByteBuffer.wrap(stream, 1, 6));
    stream[6] = '-';
    assertThat(message).isEqualTo(ByteBuffer.wrap("h-".getBytes(UTF_8)));
  }

  @Test
  void shouldFindAnEmptyMessageAsSoonAsItsLengthIsThere() throws MessageFormatException {
    ByteBuffer message = decoder.next(ByteBuffer.allocate(4));
    assertThat(message).isEqualTo(ByteBuffer.allocate(0));
    assertThat(decoder.isMidFrame()).isFalse();
  }

  @Test
  void shouldTakeLengthsAsUnsigned() {
    byte[] header = Streams.bytes(0xff, 0xff, 0xff, 0xff);
    assertThatThrownBy(() -> decoder.next(ByteBuffer.wrap(header)))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage("a frame of 4294967295 bytes; at most 100 are taken");
  }

  @Test
  void shouldNotForgetWhatCameBeforeAFrameThatIsTooLong() {
    ByteBuffer in = ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 'a', 0, 0, 0, 1, 'b', 1, 1, 1, 1, 1});
    List<byte[]> messages = new ArrayList<>();
    assertThatThrownBy(() -> Streams.drain(decoder, in, messages))
        .isInstanceOf(MessageFormatException.class);
    assertThat(messages).containsExactly(new byte[] {'a'}, new byte[] {'b'});
  }

  /** Two tebibytes would be needed otherwise. */
  @Test
  void shouldNotReserveWhatIsOnlyAnnounced() throws MessageFormatException {
    List<MessageDecoder> decoders = new ArrayList<>();
    for (int i = 0; i < 1024; i++) {
      MessageDecoder large = new LengthDecoder(Integer.MAX_VALUE);
      assertThat(large.next(ByteBuffer.wrap(Streams.bytes(0x7f, 0xff, 0xff, 0xff, 1)))).isNull();
      decoders.add(large);
    }
    assertThat(decoders).allMatch(MessageDecoder::isMidFrame);
  }

  @Test
  void shouldKeepATornMessageWhenItsPiecesAreOverwritten() throws MessageFormatException {
    byte[] reused = {0, 0, 0, 4, 'f', 'e', 0};
    assertThat(decoder.next(ByteBuffer.wrap(reused, 0, 6))).isNull();
    reused[0] = 'r';
    reused[1] = 'r';
    ByteBuffer message = decoder.next(ByteBuffer.wrap(reused, 0, 2));
    assertThat(message).isEqualTo(ByteBuffer.wrap("ferr".getBytes(UTF_8)));
  }

  @Test
  void shouldTakeLongerMessagesOnceTheLimitIsRaised() throws MessageFormatException {
    decoder.limit(1);
    assertThat(decoder.next(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 'a'}))).isNotNull();
    decoder.limit(2);
    assertThat(decoder.next(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 'a', 'b'}))).isNotNull();
    decoder.limit(1);
    assertThatThrownBy(() -> decoder.next(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 'a', 'b'})))
        .isInstanceOf(MessageFormatException.class);
  }

  @Test
  void shouldHoldMemoryForTornMessagesOnly() throws MessageFormatException {
    assertThat(decoder.heldBytes()).isZero();
    decoder.next(ByteBuffer.wrap(new byte[] {0, 0, 0, 60, 'a', 'b', 'c'}));
    assertThat(decoder.heldBytes()).isBetween(3, 60);
    assertThat(decoder.next(ByteBuffer.allocate(57))).isNotNull();
    assertThat(decoder.heldBytes()).isZero();
  }
}
