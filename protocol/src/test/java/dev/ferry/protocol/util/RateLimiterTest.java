package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private final RateLimiter limiter = new RateLimiter(5, 10, 3, new PeerNetworks(1, List.of()));
  private long nowNs = Long.MAX_VALUE - Nanos.SECOND / 2;

  private int takes(int host, int times) throws UnknownHostException {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      InetAddress peer = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
      taken += limiter.tryTake(peer, nowNs) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void shouldAllowABurstAndThenARate() throws UnknownHostException {
    assertThat(takes(1, 20)).isEqualTo(5);
    nowNs += Nanos.SECOND / 10 - 1;
    assertThat(takes(1, 20)).isZero();
    nowNs += 1;
    assertThat(takes(1, 20)).isEqualTo(1);
    nowNs += Nanos.SECOND / 4;
    assertThat(takes(1, 20)).isEqualTo(2);
    nowNs += 1000 * Nanos.SECOND;
    assertThat(takes(1, 20)).isEqualTo(5);
  }

  @Test
  void shouldCountEachNetworkForItself() throws UnknownHostException {
    assertThat(takes(1, 20)).isEqualTo(5);
    assertThat(takes(2, 20)).isEqualTo(5);
    assertThat(takes(1, 1)).isZero();
  }

  @Test
  void shouldCountWhatIsWorthSeveral() throws UnknownHostException {
    InetAddress peer = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    assertThat(limiter.tryTake(peer, 4, nowNs)).isTrue();
    assertThat(limiter.tryTake(peer, 2, nowNs)).isFalse();
    assertThat(limiter.tryTake(peer, 1, nowNs)).isTrue();
    nowNs += 2 * Nanos.SECOND / 10;
    assertThat(limiter.tryTake(peer, 2, nowNs)).isTrue();
  }

  /** Whoever has a /48 has 65536 networks. */
  @Test
  void shouldAllowLargerPrefixesOnlyAFewTimesAsMuch() throws UnknownHostException {
    RateLimiter many = new RateLimiter(5, 10, 10_000, new PeerNetworks(1, List.of()));
    int taken = 0;
    for (int network = 0; network < 1000; network++) {
      byte[] address = new byte[16];
      address[0] = 0x20;
      address[6] = (byte) (network >> 8);
      address[7] = (byte) network;
      taken += many.tryTake(InetAddress.getByAddress(address), nowNs) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(20);
  }

  @Test
  void shouldForgetTheNetworkThatWasSeenTheLongestAgo() throws UnknownHostException {
    for (int host = 1; host <= 3; host++) {
      takes(host, 5);
    }
    assertThat(takes(1, 1)).isZero();
    takes(4, 1);
    assertThat(takes(1, 1)).isZero();
    assertThat(takes(2, 1)).isEqualTo(1);
  }
}
