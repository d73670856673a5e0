package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link NetworkQuota}, {@link PeerNetworks} and {@link AddressPrefix}. */
class NetworkQuotaTest {
  private static final AddressPrefix TRUSTED = new AddressPrefix(ip("192.0.2.16"), 28);

  private final PeerNetworks networks = new PeerNetworks(1, List.of(TRUSTED));
  private final NetworkQuota quota = new NetworkQuota(100, 10, networks);

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private int takes(String address, int times) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += quota.tryTake(quota.networksOf(ip(address)), 1) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void shouldGiveOneAddressOfIpv4SoMuch() {
    assertThat(takes("192.0.2.1", 100)).isEqualTo(10);
    assertThat(takes("192.0.2.2", 3)).isEqualTo(3);
    quota.giveBack(quota.networksOf(ip("192.0.2.1")), 4);
    assertThat(takes("192.0.2.1", 100)).isEqualTo(4);
    assertThat(quota.taken()).isEqualTo(13);
  }

  @Test
  void shouldGiveTheLargerPrefixesOfIpv6TwiceAndFourTimesAsMuch() {
    assertThat(takes("2001:db8::1", 100)).isEqualTo(10);
    assertThat(takes("2001:db8::ffff:2", 1)).as("the same /64").isZero();
    assertThat(takes("2001:db8:0:1::1", 100)).isEqualTo(10);
    assertThat(takes("2001:db8:0:2::1", 1)).as("the same /56").isZero();
    assertThat(takes("2001:db8:0:100::1", 100)).isEqualTo(10);
    assertThat(takes("2001:db8:0:200::1", 100)).isEqualTo(10);
    assertThat(takes("2001:db8:0:300::1", 1)).as("the same /48").isZero();
    assertThat(takes("2001:db8:1::1", 100)).isEqualTo(10);
  }

  @Test
  void shouldLeaveAQuarterToOthersThanOnePrefix() {
    NetworkQuota half = new NetworkQuota(100, 50, networks);
    assertThat(half.tryTake(half.networksOf(ip("2001:db8::1")), 50)).isTrue();
    assertThat(half.left(half.networksOf(ip("2001:db8:0:1::1")))).isEqualTo(25);
    assertThat(half.left(half.networksOf(ip("2001:db8:1::1")))).isEqualTo(50);
    NetworkQuota all = new NetworkQuota(Long.MAX_VALUE, Long.MAX_VALUE, networks);
    assertThat(all.left(all.networksOf(ip("2001:db8::1")))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldLimitTrustedAddressesInSumOnly() {
    assertThat(takes("192.0.2.31", 90)).isEqualTo(90);
    assertThat(takes("192.0.2.32", 100)).isEqualTo(10);
    assertThat(takes("192.0.2.17", 1)).isZero();
    assertThat(networks.of(ip("192.0.2.15"))).hasSize(1);
  }

  @Test
  void shouldKnowWhatAPrefixContains() {
    assertThat(new AddressPrefix(ip("::"), 0).contains(ip("2001:db8::1"))).isTrue();
    assertThat(new AddressPrefix(ip("::"), 0).contains(ip("192.0.2.1"))).isFalse();
    assertThat(new AddressPrefix(ip("2001:db8::1"), 128).contains(ip("2001:db8::2"))).isFalse();
    assertThat(new AddressPrefix(ip("2001:db8::1"), 128).contains(ip("2001:db8::1"))).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new AddressPrefix(ip("10.0.0.0"), 33));
  }
}
