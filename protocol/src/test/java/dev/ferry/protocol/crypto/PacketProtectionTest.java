package dev.ferry.protocol.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link PacketSealer} and {@link PacketOpener}. */
class PacketProtectionTest {
  private static final byte[] SECRET = new byte[32];
  private static final byte[] HEADER = "header".getBytes(US_ASCII);
  private static final byte[] TEXT = "what is to be kept".getBytes(US_ASCII);
  private static final int AT = 3;

  /** A packet in the middle of a buffer. */
  private static byte[] seal(PacketSealer sealer, long number) {
    byte[] buffer = new byte[AT + HEADER.length + TEXT.length + PacketSealer.TAG_BYTES];
    System.arraycopy(HEADER, 0, buffer, AT, HEADER.length);
    System.arraycopy(TEXT, 0, buffer, AT + HEADER.length, TEXT.length);
    int bytes = sealer.seal(number, buffer, AT, HEADER.length, TEXT.length);
    assertThat(bytes).isEqualTo(buffer.length - AT);
    return buffer;
  }

  private static int open(PacketOpener opener, long number, long phase, byte[] buffer) {
    return opener.open(
        number, (int) (phase & 1), buffer, AT, HEADER.length, buffer.length - AT - HEADER.length);
  }

  private static void shouldOpen(PacketOpener opener, long number, long phase, byte[] packet) {
    byte[] buffer = packet.clone();
    assertThat(open(opener, number, phase, buffer)).isEqualTo(TEXT.length);
    int from = AT + HEADER.length;
    assertThat(Arrays.copyOfRange(buffer, from, from + TEXT.length)).isEqualTo(TEXT);
  }

  private static void shouldReject(PacketOpener opener, long number, long phase, byte[] packet) {
    assertThat(open(opener, number, phase, packet.clone())).isEqualTo(PacketOpener.REJECTED);
  }

  @ParameterizedTest
  @EnumSource
  void shouldOpenWhatWasSealed(CipherSuite suite) {
    PacketSealer sealer = new PacketSealer(suite, SECRET);
    PacketOpener opener = new PacketOpener(suite, SECRET);
    for (long number : new long[] {0, 1, 7, 1L << 32, Long.MAX_VALUE}) {
      shouldOpen(opener, number, sealer.nextPhase(), seal(sealer, number));
    }
    assertThat(opener.rejected()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void shouldRejectEveryFlippedBit(CipherSuite suite) {
    byte[] packet = seal(new PacketSealer(suite, SECRET), 5);
    PacketOpener opener = new PacketOpener(suite, SECRET);
    int bits = (packet.length - AT) * Byte.SIZE;
    for (int bit = 0; bit < bits; bit++) {
      byte[] damaged = packet.clone();
      damaged[AT + bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      shouldReject(opener, 5, 0, damaged);
    }
    assertThat(opener.rejected()).isEqualTo(bits);
    shouldOpen(opener, 5, 0, packet);
  }

  @Test
  void shouldRejectAnotherNumberAnotherSecretAndWhatIsTooShort() {
    byte[] packet = seal(new PacketSealer(CipherSuite.AES_128_GCM, SECRET), 5);
    PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, SECRET);
    shouldReject(opener, 6, 0, packet);
    byte[] other = SECRET.clone();
    other[0] = 1;
    shouldReject(new PacketOpener(CipherSuite.AES_128_GCM, other), 5, 0, packet);
    for (int length = AT + HEADER.length; length < packet.length; length++) {
      shouldReject(opener, 5, 0, Arrays.copyOf(packet, length));
    }
  }

  @Test
  void shouldFollowAChangeOfKeysAndStillTakeWhatComesLate() {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, SECRET);
    PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, SECRET);
    byte[] late = seal(sealer, 0);
    for (long i = 1; i < PacketSealer.PACKETS_PER_PHASE; i++) {
      assertThat(sealer.nextPhase()).isZero();
      seal(sealer, i);
    }
    long number = PacketSealer.PACKETS_PER_PHASE;
    assertThat(sealer.nextPhase()).isEqualTo(1);
    byte[] first = seal(sealer, number);
    byte[] second = seal(sealer, number + 1);

    shouldOpen(opener, number + 1, 1, second);
    shouldOpen(opener, number, 1, first);
    shouldOpen(opener, 0, 0, late);
    assertThat(opener.rejected()).isZero();
  }

  @Test
  void shouldNotFollowAForgedChangeOfKeys() {
    PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, SECRET);
    PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, SECRET);
    byte[] packet = seal(sealer, 1);
    shouldReject(opener, 2, 1, packet);
    shouldOpen(opener, 1, 0, packet);
  }
}
