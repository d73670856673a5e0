package dev.ferry.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header of protected packets, and the numbers that it cuts. */
class PacketHeaderTest {
  private static final long WINDOW = 1L << 32;

  @Test
  void shouldReadWhatItWrites() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long phase = random.nextLong();
      int id = random.nextInt();
      long number = random.nextLong() >>> (2 + random.nextInt(62));
      ByteBuffer packet = ByteBuffer.allocate(PacketHeader.MIN_PACKET_BYTES + 3).position(3);
      PacketHeader.write(packet, phase, id, number);
      assertThat(packet.position()).isEqualTo(3 + PacketHeader.BYTES);
      packet.position(3);
      assertThat(PacketHeader.isWellFormed(packet)).isTrue();
      assertThat(PacketHeader.phaseBit(packet)).as("seed 1").isEqualTo((int) (phase & 1));
      assertThat(PacketHeader.receiverId(packet)).as("seed 1").isEqualTo(id);
      assertThat(PacketHeader.truncatedNumber(packet)).as("seed 1").isEqualTo((int) number);
      assertThat(packet.position()).isEqualTo(3);
    }
  }

  @Test
  void shouldKnowTwoFirstBytesOnly() {
    ByteBuffer packet = ByteBuffer.allocate(PacketHeader.MIN_PACKET_BYTES);
    for (int first = 0; first < 256; first++) {
      packet.put(0, (byte) first);
      assertThat(PacketHeader.isWellFormed(packet))
          .as("%02x", first)
          .isEqualTo(first == 0x80 || first == 0xa0);
    }
  }

  @Test
  void shouldKnowNoPacketsOfLessThan26Bytes() {
    for (int bytes = 0; bytes < 30; bytes++) {
      ByteBuffer packet = ByteBuffer.allocate(40).put(5, (byte) 0x80).position(5).limit(5 + bytes);
      assertThat(PacketHeader.isWellFormed(packet)).as("%d bytes", bytes).isEqualTo(bytes >= 26);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, PacketHeader.MAX_NUMBER + 1, Long.MAX_VALUE})
  void shouldWriteNoOtherNumbers(long number) {
    ByteBuffer buffer = ByteBuffer.allocate(PacketHeader.BYTES);
    assertThatIllegalArgumentException().isThrownBy(() -> PacketHeader.write(buffer, 0, 0, number));
  }

  @Test
  void shouldFindEveryNumberThatIsNearTheLargest() {
    Random random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      long largest = largest(random);
      long distance = (random.nextLong() >>> (32 + random.nextInt(31))) - WINDOW / 2 + 1;
      long number = largest + 1 + distance;
      if (number >= 0 && number <= PacketHeader.MAX_NUMBER) {
        assertThat(PacketHeader.wholeNumber(largest, (int) number))
            .as("seed 2, largest %d", largest)
            .isEqualTo(number);
      }
    }
  }

  @Test
  void shouldTakeTheNearestOfAllNumbersWithTheseLowBits() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      long largest = largest(random);
      int truncated = random.nextBoolean() ? random.nextInt() : (int) largest + small(random);
      assertThat(PacketHeader.wholeNumber(largest, truncated))
          .as("seed 3, largest %d, low bits %x", largest, truncated)
          .isEqualTo(nearest(largest + 1, truncated));
    }
  }

  /** By trying them all. */
  private static long nearest(long expected, int truncated) {
    long around = expected / WINDOW * WINDOW + Integer.toUnsignedLong(truncated);
    return LongStream.of(-2, -1, 0, 1, 2)
        .map(windows -> around + windows * WINDOW)
        .filter(number -> number >= 0 && number <= PacketHeader.MAX_NUMBER)
        .boxed()
        .min(
            (a, b) -> {
              int byDistance = Long.compare(Math.abs(a - expected), Math.abs(b - expected));
              return byDistance != 0 ? byDistance : Long.compare(b, a);
            })
        .orElseThrow();
  }

  /** Near 0, near a multiple of half a window, near the last number, or anywhere. */
  private static long largest(Random random) {
    long number =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(5) - 1;
          case 1 -> random.nextInt(1000) * (WINDOW / 2) + small(random);
          case 2 -> PacketHeader.MAX_NUMBER - (random.nextLong() >>> (29 + random.nextInt(35)));
          default -> random.nextLong() >>> 2;
        };
    return Math.max(-1, Math.min(PacketHeader.MAX_NUMBER, number));
  }

  private static int small(Random random) {
    return random.nextInt(7) - 3;
  }
}
