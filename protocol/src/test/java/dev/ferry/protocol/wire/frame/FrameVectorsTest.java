package dev.ferry.protocol.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.wire.Vectors;
import dev.ferry.protocol.wire.Vectors.Vector;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of docs/vectors/frames.txt, one by one: other programs depend on them. */
class FrameVectorsTest {
  private static final List<Vector> VECTORS = Vectors.read("frames.txt");
  private static final Set<String> QUIET = Set.of("ack", "close");

  private final FrameReader reader = new FrameReader();

  static List<Vector> packets() {
    return VECTORS.stream().filter(vector -> vector.has("bytes")).toList();
  }

  static List<String> malformed() {
    return VECTORS.stream().flatMap(vector -> vector.all("malformed").stream()).toList();
  }

  @Test
  void shouldReadEveryVector() {
    assertThat(packets()).hasSize(VECTORS.size() - 1).hasSizeGreaterThan(30);
    assertThat(malformed()).hasSizeGreaterThan(60);
    assertThat(
            packets().stream()
                .flatMap(packet -> packet.all("frame").stream())
                .map(line -> new FrameScript(line).type())
                .distinct())
        .hasSize(18);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void shouldWriteFrames(Vector vector) {
    byte[] bytes = vector.bytes("bytes");
    ByteBuffer written = ByteBuffer.allocate(2000);
    for (String line : vector.all("frame")) {
      assertThat(new FrameScript(line).write(written)).isTrue();
    }
    assertThat(Arrays.copyOf(written.array(), written.position())).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void shouldReadFrames(Vector vector) {
    List<String> frames = vector.all("frame");
    boolean quiet = frames.stream().allMatch(line -> QUIET.contains(new FrameScript(line).type()));
    shouldRead(vector.bytes("bytes"), frames, quiet);
    for (String taken : vector.all("taken")) {
      shouldRead(Vectors.hex(taken), frames, quiet);
    }
  }

  private void shouldRead(byte[] bytes, List<String> frames, boolean quiet) {
    FrameLog log = new FrameLog();
    ByteBuffer content = ByteBuffer.wrap(bytes);
    assertThat(reader.read(content, log))
        .isEqualTo(quiet ? Outcome.NO_ACK_WANTED : Outcome.ACK_WANTED);
    assertThat(log.lines()).isEqualTo(frames);
    assertThat(content.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void shouldNotReadAnythingOfAMalformedPacket(String malformed) {
    FrameLog log = new FrameLog();
    assertThat(reader.read(ByteBuffer.wrap(Vectors.malformed(malformed)), log))
        .isEqualTo(Outcome.MALFORMED);
    assertThat(log.lines()).isEmpty();
  }

  /** The same with something well-formed before it, which then counts for nothing either. */
  @ParameterizedTest
  @MethodSource("malformed")
  void shouldNotReadWhatStandsBeforeAMalformedFrame(String malformed) {
    byte[] bytes = Vectors.malformed(malformed);
    if (bytes.length == 0) {
      return; // here a ping would make it well-formed
    }
    FrameLog log = new FrameLog();
    ByteBuffer content = ByteBuffer.allocate(bytes.length + 1).put((byte) 1).put(bytes).flip();
    assertThat(reader.read(content, log)).isEqualTo(Outcome.MALFORMED);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void shouldCallForNoAcknowledgementOfPadding() {
    assertThat(reader.read(ByteBuffer.allocate(1), new FrameLog()))
        .isEqualTo(Outcome.NO_ACK_WANTED);
    assertThat(reader.read(ByteBuffer.allocate(1400), new FrameLog()))
        .isEqualTo(Outcome.NO_ACK_WANTED);
  }
}
