package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100, 60, 7);

  private ByteBudget.Share share(int host) throws UnknownHostException {
    return budget.share(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}));
  }

  @Test
  void shouldBoundAllTogether() throws UnknownHostException {
    assertThat(share(1).hold(60)).isTrue();
    ByteBudget.Share second = share(2);
    assertThat(second.hold(41)).isFalse();
    assertThat(second.bytes()).isZero();
    assertThat(second.hold(40)).isTrue();
    assertThat(budget.heldBytes()).isEqualTo(100);
    assertThat(share(3).hold(1)).isFalse();
  }

  @Test
  void shouldLeaveSomethingToOtherNetworks() throws UnknownHostException {
    assertThat(share(1).hold(50)).isTrue();
    ByteBudget.Share same = share(1);
    assertThat(same.hold(11)).isFalse();
    assertThat(same.hold(10)).isTrue();
    assertThat(share(2).hold(11)).isTrue();
  }

  @Test
  void shouldTakeBackWhatIsGivenBack() throws UnknownHostException {
    ByteBudget.Share share = share(1);
    share.hold(60);
    assertThat(share.hold(10)).isTrue();
    assertThat(budget.heldBytes()).isEqualTo(10);
    assertThat(share.hold(0)).isTrue();
    assertThat(share(1).hold(60)).isTrue();
  }

  @Test
  void shouldLeaveNothingUntilWhatIsBeyondTheLimitIsGivenBack() throws UnknownHostException {
    share(1).hold(60);
    ByteBudget.Share beyond = share(2);
    beyond.holdBeyondLimit(70);
    assertThat(budget.heldBytes()).isEqualTo(130);
    assertThat(share(3).leftBytes()).isZero();
    assertThat(share(3).hold(1)).isFalse();

    assertThat(beyond.hold(35)).isTrue();
    assertThat(budget.heldBytes()).isEqualTo(95);
    assertThat(share(3).leftBytes()).isEqualTo(5);
  }
}
