package dev.ferry.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.handshake.Handshakes;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link X25519}; that it is the function of the RFC is shown by the vectors of the handshake. */
class X25519Test {
  /** All keys of small order, also those whose coordinate is not reduced. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void shouldKnowWorthlessKeysWithoutComputing(String hex) {
    byte[] key = HexFormat.of().parseHex(hex);
    for (int highestBit : new int[] {0, 0x80}) {
      key[31] ^= (byte) highestBit;
      assertThat(X25519.isOfSmallOrder(key)).isTrue();
      assertThatThrownBy(() -> X25519.sharedSecret(Handshakes.key(1), key))
          .isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void shouldTakeOtherKeys() throws InvalidKeyException {
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      byte[] key = new byte[X25519.KEY_BYTES];
      random.nextBytes(key);
      assertThat(X25519.isOfSmallOrder(key)).as("key %d of seed 1", i).isFalse();
      assertThat(X25519.sharedSecret(Handshakes.key(1), key)).hasSize(X25519.KEY_BYTES);
    }
  }
}
