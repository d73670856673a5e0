package dev.ferry.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.crypto.SharedSecret;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SharedSecret}. */
class SharedSecretTest {
  private final byte[] key = Handshakes.key(0xa5);
  private final SharedSecret secret = SharedSecret.copyOf(key);

  @Test
  void shouldNotChangeWithTheArraysThatItCameFromOrGave() {
    key[0] = 0;
    secret.toArray()[1] = 0;

    assertThat(secret.toArray()).isEqualTo(Handshakes.key(0xa5));
  }

  @Test
  void shouldBeEqualToWhatHasTheSameBytes() {
    assertThat(secret)
        .isEqualTo(SharedSecret.copyOf(key))
        .hasSameHashCodeAs(SharedSecret.copyOf(key))
        .isNotEqualTo(SharedSecret.copyOf(Handshakes.key(1)));
  }

  @Test
  void shouldNotShowItsBytes() {
    assertThat(secret.toString()).doesNotContain(HexFormat.of().formatHex(key, 0, 2), "-91");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33})
  void shouldHaveThirtyTwoBytes(int length) {
    assertThatThrownBy(() -> SharedSecret.copyOf(new byte[length]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
