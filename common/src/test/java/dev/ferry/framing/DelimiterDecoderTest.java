package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelimiterDecoderTest {
  private static DelimiterFraming framing(String delimiter) {
    return new DelimiterFraming(delimiter.getBytes(UTF_8), (byte) '\\');
  }

  @ParameterizedTest
  @CsvSource({
    ";  , ab,    ab;",
    ";  , a;b,   a\\;b;",
    ";  , a\\b,  a\\\\b;",
    ";  , '',    ;",
    ";  , \\;,   \\\\\\;;",
    ";; , a;;b\\;, a\\;\\;b\\\\\\;;;",
    ";; , ;,     \\;;;",
    "END, SEND,  S\\ENDEND",
  })
  void shouldEscapeTheDelimiterAndTheEscape(String delimiter, String message, String frame)
      throws MessageFormatException {
    DelimiterFraming framing = framing(delimiter);
    byte[] encoded = Streams.encode(framing.encoder(), List.of(message.getBytes(UTF_8)));
    assertThat(new String(encoded, UTF_8)).isEqualTo(frame);
    ByteBuffer decoded = framing.decoder(100).next(ByteBuffer.wrap(encoded));
    assertThat(decoded).isEqualTo(ByteBuffer.wrap(message.getBytes(UTF_8)));
  }

  @Test
  void shouldShowAMessageWithoutEscapesWithoutCopyingIt() throws MessageFormatException {
    byte[] stream = "hi\r\nyou\r\n".getBytes(UTF_8);
    MessageDecoder decoder = framing("\r\n").decoder(100);
    ByteBuffer in = ByteBuffer.wrap(stream);
    assertThat(decoder.next(in)).isEqualTo(ByteBuffer.wrap("hi".getBytes(UTF_8)));
    ByteBuffer message = decoder.next(in);
    stream[6] = '-';
    assertThat(message).isEqualTo(ByteBuffer.wrap("yo-".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "a\\bc;;, the byte 0x62 behind an escape",
    "a;b;;  , the byte 0x62 within a delimiter",
    "a;\\;;;, the byte 0x5c within a delimiter",
  })
  void shouldRejectWhatNoSenderWrites(String stream, String error) {
    MessageDecoder decoder = framing(";;").decoder(100);
    assertThatThrownBy(() -> decoder.next(ByteBuffer.wrap(stream.getBytes(UTF_8))))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage(error);
  }

  @Test
  void shouldNotForgetWhatCameBeforeAnError() {
    List<byte[]> messages = new ArrayList<>();
    MessageDecoder decoder = framing(";;").decoder(100);
    ByteBuffer in = ByteBuffer.wrap("one;;t\\;o;;x;y".getBytes(UTF_8));
    assertThatThrownBy(() -> Streams.drain(decoder, in, messages))
        .isInstanceOf(MessageFormatException.class);
    assertThat(messages).containsExactly("one".getBytes(UTF_8), "t;o".getBytes(UTF_8));
  }

  @Test
  void shouldCountContentAndNotEscapes() throws MessageFormatException {
    MessageDecoder decoder = framing(";").decoder(3);
    assertThat(decoder.next(ByteBuffer.wrap("\\;\\;\\;;".getBytes(UTF_8)))).isNotNull();
    assertThatThrownBy(() -> decoder.next(ByteBuffer.wrap("\\;\\;\\;\\;".getBytes(UTF_8))))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage("a frame of more than 3 bytes");
  }

  @Test
  void shouldGiveUpBeforeTheDelimiterComes() throws MessageFormatException {
    MessageDecoder decoder = DelimiterFraming.LINES.decoder(2);
    assertThat(decoder.next(ByteBuffer.wrap(new byte[2]))).isNull();
    assertThatThrownBy(() -> decoder.next(ByteBuffer.wrap(new byte[1])))
        .isInstanceOf(MessageFormatException.class);
  }

  @Test
  void shouldRejectDelimitersThatCannotWork() {
    assertThatThrownBy(() -> framing("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> framing("a\\")).isInstanceOf(IllegalArgumentException.class);
  }
}
