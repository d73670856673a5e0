package dev.ferry.framing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream is torn, exactly the messages that were sent come out, in order. */
class FramingPropertyTest {
  private static final int SEEDS = 300;
  private static final int MAX_MESSAGE_BYTES = 3000;

  /** What means something in one framing or another. */
  private static final byte[] SPECIAL = Streams.bytes(0x72, 0, 1, '\n', '\r', '\\', ';', 'a', 'b');

  /** A framing under test. */
  private record Candidate(String name, Supplier<MessageDecoder> decoder, MessageEncoder encoder) {
    static Candidate delimited(String delimiter, char escape) {
      DelimiterFraming framing = new DelimiterFraming(delimiter.getBytes(UTF_8), (byte) escape);
      String name = "delimiter of " + delimiter.length() + ": " + delimiter.strip();
      return new Candidate(name, () -> framing.decoder(MAX_MESSAGE_BYTES), framing.encoder());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Candidate> candidates() {
    Stream<Candidate> standard =
        Stream.of(StreamFraming.values())
            .map(f -> new Candidate(f.name(), () -> f.decoder(MAX_MESSAGE_BYTES), f.encoder()));
    Candidate resynchronising =
        new Candidate(
            "resynchronising TLV",
            () ->
                TlvDecoder.resynchronising(
                    MAX_MESSAGE_BYTES, (marker, bytes) -> fail("dropped " + bytes)),
            StreamFraming.TLV.encoder());
    // Delimiters that begin as they end are the ones that run together with the content.
    Stream<Candidate> delimited =
        Stream.of("\r\n", ";;", "aab", "aba", "abaab", "a\nb;")
            .map(delimiter -> Candidate.delimited(delimiter, '\\'));
    return Stream.of(
            standard,
            Stream.of(resynchronising),
            delimited,
            Stream.of(Candidate.delimited("\\\n", 'a')))
        .flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("candidates")
  void shouldRestoreTheMessagesFromAnyPieces(Candidate candidate) throws MessageFormatException {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<byte[]> messages = randomMessages(random);
      byte[] stream = Streams.encode(candidate.encoder(), messages);
      check(candidate, seed, messages, stream, Streams.allAtOnce(stream.length));
      check(candidate, seed, messages, stream, Streams.oneByOne(stream.length));
      check(candidate, seed, messages, stream, Streams.atRandom(stream.length, random));
    }
  }

  private static void check(
      Candidate candidate, long seed, List<byte[]> messages, byte[] stream, List<Integer> pieces)
      throws MessageFormatException {
    MessageDecoder decoder = candidate.decoder().get();
    List<byte[]> decoded = Streams.decode(decoder, stream, pieces);
    Supplier<String> run = () -> "seed " + seed + ", pieces of " + pieces;
    assertThat(decoded).as(run).hasSameSizeAs(messages);
    for (int i = 0; i < messages.size(); i++) {
      assertThat(decoded.get(i)).as(run).isEqualTo(messages.get(i));
    }
    assertThat(decoder.isMidFrame()).as(run).isFalse();
  }

  @ParameterizedTest
  @MethodSource("candidates")
  void shouldLeaveWhatFollowsAMessage(Candidate candidate) throws MessageFormatException {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<byte[]> messages = randomMessages(new SplittableRandom(seed));
      ByteBuffer in = ByteBuffer.wrap(Streams.encode(candidate.encoder(), messages));
      MessageDecoder decoder = candidate.decoder().get();
      int end = 0;
      for (byte[] message : messages) {
        end += Streams.encode(candidate.encoder(), List.of(message)).length;
        assertThat(decoder.next(in)).as("seed %d", seed).isNotNull();
        assertThat(in.position()).as("seed %d", seed).isEqualTo(end);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("candidates")
  void shouldSayWhetherAFrameIsCutOff(Candidate candidate) throws MessageFormatException {
    byte[] frame = Streams.encode(candidate.encoder(), List.of("a\\b;\n".getBytes(UTF_8)));
    for (int cut = 0; cut <= frame.length; cut++) {
      MessageDecoder decoder = candidate.decoder().get();
      Streams.decode(decoder, frame, List.of(cut));
      assertThat(decoder.isMidFrame())
          .as("%d of %d bytes", cut, frame.length)
          .isEqualTo(cut > 0 && cut < frame.length);
    }
  }

  @ParameterizedTest
  @MethodSource("candidates")
  void shouldTakeTheLongestMessageAndNoLongerOne(Candidate candidate)
      throws MessageFormatException {
    byte[] longest = new byte[MAX_MESSAGE_BYTES];
    byte[] tooLong = new byte[MAX_MESSAGE_BYTES + 1];
    byte[] stream = Streams.encode(candidate.encoder(), List.of(longest, tooLong));
    for (List<Integer> pieces :
        List.of(Streams.allAtOnce(stream.length), Streams.oneByOne(stream.length))) {
      List<byte[]> decoded = new ArrayList<>();
      MessageDecoder decoder = candidate.decoder().get();
      ByteBuffer in = ByteBuffer.wrap(stream);
      assertThatThrownBy(
              () -> {
                for (int length : pieces) {
                  Streams.drain(decoder, in.limit(in.position() + length), decoded);
                }
              })
          .isInstanceOf(MessageFormatException.class)
          .hasMessageContaining("3000");
      assertThat(decoded).containsExactly(longest);
    }
  }

  private static List<byte[]> randomMessages(RandomGenerator random) {
    List<byte[]> messages = new ArrayList<>();
    int count = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      int maxLength = random.nextInt(20) == 0 ? MAX_MESSAGE_BYTES : 20;
      messages.add(randomMessage(random.nextInt(maxLength + 1), random));
    }
    return messages;
  }

  /** Of bytes that mean something, or of any. */
  private static byte[] randomMessage(int length, RandomGenerator random) {
    byte[] message = new byte[length];
    random.nextBytes(message);
    int specialPercent = random.nextInt(101);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(100) < specialPercent) {
        message[i] = SPECIAL[random.nextInt(SPECIAL.length)];
      }
    }
    return message;
  }
}
