package dev.ferry.protocol.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.Varint;
import dev.ferry.protocol.wire.Vectors;
import dev.ferry.protocol.wire.Vectors.Vector;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for frames whatever they say. */
class FrameLawsTest {
  private static final int PACKETS = 5_000;

  private final FrameReader reader = new FrameReader();
  private final ByteBuffer copy = ByteBuffer.allocate(70_000);

  private static byte[] write(List<FrameScript> packet) {
    ByteBuffer buffer = ByteBuffer.allocate(20_000);
    packet.forEach(frame -> assertThat(frame.write(buffer)).isTrue());
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  @Test
  void shouldReadWhatItWrites() {
    RandomFrames frames = new RandomFrames(1);
    for (int i = 0; i < PACKETS; i++) {
      List<FrameScript> packet = frames.packet();
      FrameLog log = new FrameLog();
      assertThat(reader.read(ByteBuffer.wrap(write(packet)), log)).isNotEqualTo(Outcome.MALFORMED);
      assertThat(log.lines())
          .as("seed 1, packet %d", i)
          .isEqualTo(packet.stream().map(FrameScript::line).toList());
    }
  }

  @Test
  void shouldWriteAsManyBytesAsPredicted() {
    RandomFrames frames = new RandomFrames(2);
    for (int i = 0; i < PACKETS; i++) {
      List<FrameScript> packet = frames.packet();
      assertThat(survives(write(packet))).as("seed 2, packet %d", i).isEqualTo(packet.size());
    }
  }

  @Test
  void shouldWriteNothingIfOneByteIsMissing() {
    RandomFrames frames = new RandomFrames(3);
    for (int i = 0; i < PACKETS; i++) {
      FrameScript frame = frames.other();
      int bytes = write(List.of(frame)).length;
      ByteBuffer tooSmall = ByteBuffer.allocate(bytes + 5).position(3).limit(3 + bytes - 1);
      assertThat(frame.write(tooSmall)).as("seed 3, frame %d: %s", i, frame).isFalse();
      assertThat(tooSmall.position()).isEqualTo(3);
      assertThat(tooSmall.array()).containsOnly(0);
    }
  }

  @Test
  void shouldWantRoomForAByteOfContent() {
    ByteBuffer buffer = ByteBuffer.allocate(FrameWriter.dataHeaderBytes(0));
    assertThat(FrameWriter.dataHeader(0, 0, buffer)).isFalse();
    assertThat(buffer.position()).isZero();
    assertThat(FrameWriter.dataHeader(0, 0, ByteBuffer.allocate(8))).isTrue();
  }

  @Test
  void shouldKnowTheLargestAck() {
    AckRanges ranges = new AckRanges();
    long step = 1L << 55;
    for (long i = 0; !ranges.isFull(); i++) {
      long to = PacketHeader.MAX_NUMBER - i * 2 * step;
      ranges.add(to - step, to);
    }
    AckTimes times = new AckTimes().set(Varint.MAX, Varint.MAX, Varint.MAX, Varint.MAX);
    assertThat(FrameWriter.ackBytes(ranges, times)).isEqualTo(FrameWriter.MAX_ACK_BYTES);
    ByteBuffer buffer = ByteBuffer.allocate(FrameWriter.MAX_ACK_BYTES);
    assertThat(FrameWriter.ack(ranges, times, buffer)).isTrue();
    assertThat(survives(buffer.array())).isEqualTo(1);
  }

  static List<Vector> packets() {
    return FrameVectorsTest.packets();
  }

  @ParameterizedTest
  @MethodSource("packets")
  void shouldSurviveEveryPrefix(Vector vector) {
    byte[] bytes = vector.bytes("bytes");
    int frames = vector.all("frame").size();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(survives(Arrays.copyOf(bytes, length))).isLessThanOrEqualTo(frames);
    }
  }

  @ParameterizedTest
  @MethodSource("packets")
  void shouldSurviveEveryOtherByte(Vector vector) {
    byte[] bytes = vector.bytes("bytes");
    for (int at = 0; at < bytes.length; at++) {
      byte original = bytes[at];
      for (int change = 1; change < 256; change++) {
        bytes[at] = (byte) (original ^ change);
        survives(bytes);
      }
      bytes[at] = original;
    }
  }

  @Test
  void shouldSurviveRandomBytes() {
    Random random = new Random(4);
    int wellFormed = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] garbage = new byte[random.nextInt(60)];
      random.nextBytes(garbage);
      for (int at = 0; at < garbage.length; at += 1 + random.nextInt(10)) {
        garbage[at] = (byte) random.nextInt(13);
      }
      wellFormed += survives(garbage) > 0 ? 1 : 0;
    }
    assertThat(wellFormed).as("seed 4, with at least one frame").isBetween(1_000, 99_000);
  }

  /**
   * How many frames are in a packet. If it is well-formed, its frames written again are read as the
   * same, and are no longer than it was; else nothing was told.
   */
  private int survives(byte[] bytes) {
    FrameCopier copier = new FrameCopier(copy.clear());
    Outcome outcome = reader.read(ByteBuffer.wrap(bytes), copier);
    copy.flip();
    if (outcome == Outcome.MALFORMED || copier.frames() == 0) {
      require(!copy.hasRemaining(), "told frames of nothing", bytes);
      return 0;
    }
    require(copy.remaining() <= bytes.length, "longer than it was", bytes);
    ByteBuffer again = ByteBuffer.allocate(bytes.length);
    Outcome once = reader.read(copy.duplicate(), new FrameCopier(again));
    require(once == outcome && again.flip().equals(copy), "read otherwise", bytes);
    return copier.frames();
  }

  /** Called too often for an assertion library. */
  private static void require(boolean condition, String otherwise, byte[] bytes) {
    if (!condition) {
      throw new AssertionError(otherwise + ": " + HexFormat.of().formatHex(bytes));
    }
  }

  @Test
  void shouldReadBetweenPositionAndLimitOnly() {
    ByteBuffer buffer = ByteBuffer.wrap(Vectors.hex("ff 01 03000000000005 6162 ff"));
    FrameLog log = new FrameLog();
    reader.read(buffer.position(1).limit(11).slice(), log);
    reader.read(buffer, log);
    assertThat(log.lines())
        .containsExactly(
            "ping",
            "data file=0 offset=5 content=6162",
            "ping",
            "data file=0 offset=5 content=6162");
    assertThat(buffer.position()).isEqualTo(11);
  }

  @Test
  void shouldEndAtTheLimitWhateverTheHandlerDoesToTheContent() {
    ByteBuffer buffer = ByteBuffer.wrap(Vectors.hex("03000000000005 61626364 01"));
    FrameHandler meddler =
        new IgnoringHandler() {
          @Override
          public void onData(long fileId, long offset, ByteBuffer content) {
            content.limit(content.limit() - 2).position(0);
          }
        };
    assertThat(reader.read(buffer.limit(11), meddler)).isEqualTo(Outcome.ACK_WANTED);
    assertThat(buffer.position()).isEqualTo(11);
    assertThat(buffer.limit()).isEqualTo(11);
  }

  @Test
  void shouldPassOnWhatTheHandlerThrows() {
    FrameHandler thrower =
        new IgnoringHandler() {
          @Override
          public void onPing() {
            throw new IllegalStateException("mine");
          }
        };
    assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(new byte[] {1}), thrower))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("mine");
  }

  @Test
  void shouldIgnoreByDefault() {
    for (Vector vector : packets()) {
      assertThat(reader.read(ByteBuffer.wrap(vector.bytes("bytes")), new IgnoringHandler()))
          .isNotEqualTo(Outcome.MALFORMED);
    }
  }
}
