package dev.ferry.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link TransportParameters}; docs/vectors/packets.txt has more. */
class TransportParametersTest {
  private static final TransportParameters DEFAULT = TransportParameters.DEFAULT;

  private static TransportParameters random(Random random) {
    int range = Udp.MAX_PAYLOAD_BYTES - HandshakeCodec.MIN_DATAGRAM_BYTES + 1;
    return new TransportParameters(
        HandshakeCodec.MIN_DATAGRAM_BYTES + random.nextInt(range),
        random.nextInt(TransportParameters.MAX_EARLY_PACKETS + 1),
        random.nextLong() >>> 2 >>> random.nextInt(62),
        random.nextInt(TransportParameters.MAX_OPEN_FILES + 1),
        random.nextLong() >>> 2 >>> random.nextInt(63),
        TransportParameters.BY_SHA256 + random.nextInt(2) * TransportParameters.BY_BLOCK_SUMS,
        random.nextLong() >>> 2 >>> random.nextInt(63),
        random.nextLong() >>> 2 >>> random.nextInt(63),
        random.nextBoolean());
  }

  private static ByteBuffer encoded(TransportParameters parameters) {
    ByteBuffer list = ByteBuffer.allocate(parameters.encodedBytes());
    parameters.encode(list);
    assertThat(list.hasRemaining()).isFalse();
    return list.flip();
  }

  @Test
  void shouldBeReadAsTheyWereWritten() throws MalformedException {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      TransportParameters parameters = random(random);
      assertThat(TransportParameters.decode(encoded(parameters))).isEqualTo(parameters);
    }
  }

  @Test
  void shouldSkipWhatIsUnknown() throws MalformedException {
    ByteBuffer list = ByteBuffer.allocate(TransportParameters.MAX_BYTES);
    list.put((byte) 0).put((byte) 0);
    DEFAULT.withEarlyPackets(7).encode(list);
    Varint.write(Varint.MAX, list);
    Varint.write(list.remaining() - 2, list);
    list.position(list.limit()).flip();
    assertThat(TransportParameters.decode(list)).isEqualTo(DEFAULT.withEarlyPackets(7));
  }

  @Test
  void shouldNotReadBeyondTheListNorFailOtherwise() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      byte[] list = new byte[random.nextInt(40)];
      random.nextBytes(list);
      assertThatNoOtherFailure(ByteBuffer.wrap(list));
    }
  }

  private static void assertThatNoOtherFailure(ByteBuffer list) {
    try {
      assertThat(TransportParameters.decode(list)).isNotNull();
    } catch (MalformedException e) {
      assertThat(list.position()).isLessThanOrEqualTo(list.limit()); // Nearly all are malformed.
    }
  }

  @Test
  void shouldNotHaveImpossibleValues() {
    Stream.<Runnable>of(
            () -> DEFAULT.withLargestDatagramBytes(1199),
            () -> DEFAULT.withLargestDatagramBytes(65_508),
            () -> DEFAULT.withEarlyPackets(-1),
            () -> DEFAULT.withEarlyPackets(41),
            () -> DEFAULT.withReceiveBufferBytes(-1),
            () -> DEFAULT.withReceiveBufferBytes(Varint.MAX + 1),
            () -> DEFAULT.withCongestionControl(-1),
            () -> DEFAULT.withCongestionControl(Varint.MAX + 1),
            () -> DEFAULT.withKinds(-1),
            () -> DEFAULT.withKinds(Varint.MAX + 1))
        .forEach(make -> assertThatIllegalArgumentException().isThrownBy(make::run));
  }
}
