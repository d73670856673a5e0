package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TlvDecoderTest {
  private final List<String> drops = new ArrayList<>();
  private final TlvDecoder strict = TlvDecoder.strict(1000);
  private final TlvDecoder resynchronising =
      TlvDecoder.resynchronising(1000, (marker, bytes) -> drops.add((char) marker + " " + bytes));

  private static byte[] frame(String message) {
    return Streams.encode(new TlvEncoder(), List.of(message.getBytes(UTF_8)));
  }

  /** Texts and frames, one behind the other. */
  private static ByteBuffer piece(byte[]... parts) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      piece.writeBytes(part);
    }
    return ByteBuffer.wrap(piece.toByteArray());
  }

  private static List<String> texts(MessageDecoder decoder, ByteBuffer in)
      throws MessageFormatException {
    List<byte[]> messages = new ArrayList<>();
    Streams.drain(decoder, in, messages);
    return messages.stream().map(message -> new String(message, UTF_8)).toList();
  }

  @Test
  void shouldWriteMarkerAndLengthBeforeTheMessage() {
    byte[] frame = frame("x".repeat(0xfedc));
    assertThat(frame).startsWith(0x72, 0xfe, 0xdc, 'x').hasSize(3 + 0xfedc);
  }

  @Test
  void shouldRefuseToWriteWhatTwoBytesCannotSay() {
    byte[] longest = new byte[0xffff];
    assertThat(Streams.encode(new TlvEncoder(), List.of(longest))).startsWith(0x72, 0xff, 0xff);
    assertThatThrownBy(() -> Streams.encode(new TlvEncoder(), List.of(new byte[0x10000])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
  }

  /** A decoder that takes a whole frame's length of new bytes takes the next frame's as well. */
  @Test
  void shouldTakeOnlyWhatIsMissingOfATornFrame() throws MessageFormatException {
    byte[] torn = frame("abcdef");
    ByteBuffer start = ByteBuffer.wrap(torn, 0, 5);
    ByteBuffer rest = ByteBuffer.wrap(torn, 5, torn.length - 5);
    assertThat(texts(strict, start)).isEmpty();
    assertThat(texts(strict, piece(Streams.bytes(rest), frame("second"), frame("third"))))
        .containsExactly("abcdef", "second", "third");
  }

  @Test
  void shouldNotForgetWhatCameBeforeAWrongMarker() {
    ByteBuffer in = piece(frame("one"), frame("two"), frame(""), "?".getBytes(UTF_8));
    List<byte[]> messages = new ArrayList<>();
    assertThatThrownBy(() -> Streams.drain(strict, in, messages))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage("the byte 0x3f where a frame begins with 0x72");
    assertThat(messages).containsExactly("one".getBytes(UTF_8), "two".getBytes(UTF_8), new byte[0]);
  }

  @Test
  void shouldFindAWrongMarkerAlsoBehindATornFrame() throws MessageFormatException {
    assertThat(texts(strict, ByteBuffer.wrap(frame("ab"), 0, 4))).isEmpty();
    assertThat(strict.next(piece("b?".getBytes(UTF_8)))).isNotNull();
    assertThatThrownBy(() -> strict.next(piece("?".getBytes(UTF_8))))
        .isInstanceOf(MessageFormatException.class);
  }

  @Test
  void shouldDropTheRestOfAPieceWithAWrongMarkerAndSayItOnce() throws MessageFormatException {
    ByteBuffer in = piece(frame("one"), frame("two"), "?".getBytes(UTF_8), frame("lost"));
    assertThat(texts(resynchronising, in)).containsExactly("one", "two");
    assertThat(in.hasRemaining()).isFalse();
    assertThat(drops).containsExactly("? 8");
    assertThat(resynchronising.isMidFrame()).isFalse();
    assertThat(texts(resynchronising, piece(frame("three")))).containsExactly("three");
    assertThat(drops).hasSize(1);
  }

  @Test
  void shouldNotTakeContentForAMarker() throws MessageFormatException {
    byte[] torn = frame("??");
    for (byte b : torn) {
      assertThat(drops).isEmpty();
      ByteBuffer message = resynchronising.next(ByteBuffer.wrap(new byte[] {b}));
      assertThat(message == null).isEqualTo(resynchronising.isMidFrame());
    }
    assertThat(drops).isEmpty();
  }

  @Test
  void shouldTakeNoFrameLongerThanTheMaximumWhileItResynchronises() {
    assertThatThrownBy(() -> resynchronising.next(piece(Streams.bytes(0x72, 0x03, 0xe9))))
        .isInstanceOf(MessageFormatException.class)
        .hasMessage("a frame of 1001 bytes; at most 1000 are taken");
  }
}
