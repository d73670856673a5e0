package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much strangers may have hashed. */
class HashBudgetTest {
  private static final long GIB = 1L << 30;

  private static InetAddress address(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
  }

  private static HashBudget budget(boolean unlimited) {
    return new HashBudget(new PeerNetworks(1, List.of()), unlimited);
  }

  @Test
  void shouldAllowEachNetworkSoMuchAtOnceAndThenSoMuchASecond() throws UnknownHostException {
    HashBudget budget = budget(false);
    for (int i = 0; i < 63; i++) {
      assertThat(budget.secondsUntil(address(1), GIB, 0)).as("%d", i).isZero();
    }
    long seconds = budget.secondsUntil(address(1), GIB, 0);
    assertThat(seconds).isEqualTo(17);
    assertThat(budget.secondsUntil(address(2), GIB, 0)).as("another network").isZero();
    long laterNs = seconds * Nanos.SECOND;
    assertThat(budget.secondsUntil(address(1), GIB, laterNs)).isZero();
    assertThat(budget.secondsUntil(address(1), GIB, laterNs)).as("and 1 GiB before").isZero();
    assertThat(budget.secondsUntil(address(1), GIB, laterNs)).isPositive();
  }

  /** Else it could never be compared. */
  @Test
  void shouldAllowALargeFileOnceAllIsThere() throws UnknownHostException {
    HashBudget budget = budget(false);
    assertThat(budget.secondsUntil(address(1), 1L << 48, 0)).isZero();
    assertThat(budget.secondsUntil(address(1), 1, 0)).isPositive();
  }

  @Test
  void shouldNotLimitThoseWithTheSecret() throws UnknownHostException {
    HashBudget budget = budget(true);
    for (int i = 0; i < 1_000; i++) {
      assertThat(budget.secondsUntil(address(1), 1L << 40, 0)).isZero();
    }
  }
}
