package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link AddressTokens}. */
class AddressTokensTest {
  private static final int ID = 5;

  private final AddressTokens tokens = new AddressTokens(new Random(1));
  private final Bytes token = tokens.issue(CLIENT, ID, START_NS);

  @Test
  void shouldBeValidForAWhile() {
    assertThat(token.length()).isEqualTo(24);
    assertThat(tokens.isValid(token, CLIENT, ID, START_NS)).isTrue();
    assertThat(tokens.isValid(token, CLIENT, ID, START_NS + AddressTokens.VALID_NS)).isTrue();
    assertThat(tokens.isValid(token, CLIENT, ID, START_NS + AddressTokens.VALID_NS + 1)).isFalse();
    assertThat(tokens.isValid(token, CLIENT, ID, START_NS - 1)).as("from the future").isFalse();
  }

  @Test
  void shouldBeValidForOneClientOfOneServer() throws UnknownHostException {
    InetSocketAddress otherHost = address(2, CLIENT.getPort());
    InetSocketAddress otherPort = new InetSocketAddress(CLIENT.getAddress(), 40_001);
    assertThat(tokens.isValid(token, otherHost, ID, START_NS)).isFalse();
    assertThat(tokens.isValid(token, otherPort, ID, START_NS)).isFalse();
    assertThat(tokens.isValid(token, CLIENT, ID + 1, START_NS)).isFalse();
    assertThat(new AddressTokens(new Random(2)).isValid(token, CLIENT, ID, START_NS)).isFalse();

    InetSocketAddress overIp6 =
        new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 40_000);
    assertThat(tokens.isValid(token, overIp6, ID, START_NS)).isFalse();
    Bytes another = tokens.issue(overIp6, ID, START_NS);
    assertThat(tokens.isValid(another, overIp6, ID, START_NS)).isTrue();
  }

  @Test
  void shouldRejectEveryFlippedBitAndEveryOtherLength() {
    byte[] bytes = token.toArray();
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] forged = bytes.clone();
      forged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertThat(tokens.isValid(Bytes.copyOf(forged), CLIENT, ID, START_NS))
          .as("bit %d", bit)
          .isFalse();
    }
    for (int length = 0; length <= 64; length++) {
      Bytes other = Bytes.copyOf(Arrays.copyOf(bytes, length));
      assertThat(tokens.isValid(other, CLIENT, ID, START_NS)).isEqualTo(length == bytes.length);
    }
  }
}
