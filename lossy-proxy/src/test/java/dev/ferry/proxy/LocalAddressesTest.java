package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void shouldBeTheOneThatWasChosen() {
    InetSocketAddress chosen = new InetSocketAddress(LOOPBACK, 12);
    assertThat(new LocalAddresses(chosen).towards(new InetSocketAddress(LOOPBACK, 5)))
        .isEqualTo(chosen);
  }

  @Test
  void shouldBeWhereAnswersComeFromIfNoneWasChosen() {
    LocalAddresses all = new LocalAddresses(new InetSocketAddress(12));
    for (int i = 0; i < 3; i++) {
      assertThat(all.towards(new InetSocketAddress(LOOPBACK, 5 + i)))
          .isEqualTo(new InetSocketAddress(LOOPBACK, 12));
    }
  }
}
