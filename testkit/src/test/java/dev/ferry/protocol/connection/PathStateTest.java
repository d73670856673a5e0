package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PathStateTest {
  private static final InetSocketAddress HOME = Simulation.address(1, 40_000);
  private static final InetSocketAddress AWAY = Simulation.address(2, 40_000);
  private static final InetSocketAddress VICTIM = Simulation.address(3, 40_000);

  private final PathState path = PathState.toClient(HOME, 1200, 60, new SplittableRandom(1));

  private void moveTo(InetSocketAddress address) {
    path.onPacket(address, true, 50, 0);
  }

  private long challenge() {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    path.write(buffer, 0, Nanos.SECOND);
    return buffer.flip().getLong(1);
  }

  @Test
  void shouldTrustWhoAnswersTheChallengeFromWhereItWent() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    assertThat(path.budgetBytes()).isEqualTo(150);
    path.onResponse(challenge());
    assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
  }

  /** Else who can forge a source address could aim the server at anybody. */
  @Test
  void shouldNotTakeTheAnswerToAChallengeThatWentElsewhere() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long number = challenge();
    moveTo(VICTIM);
    path.onResponse(number);
    assertThat(path.budgetBytes()).isEqualTo(150);
  }

  @Test
  void shouldBeginAnewOnlyOnceThePeerHasProvedToBeAtAnotherHost() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    assertThat(path.takeNewHost()).isFalse();
    path.onResponse(challenge());
    assertThat(path.takeNewHost()).isTrue();
    assertThat(path.takeNewHost()).isFalse();
  }

  @Test
  void shouldKeepWhatIsKnownOfThePathWhereOnlyThePortHasChanged() {
    path.onFirstPacket(HOME);
    moveTo(new InetSocketAddress(HOME.getAddress(), 40_001));
    assertThat(path.budgetBytes()).isEqualTo(150);
    path.onResponse(challenge());
    assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(path.takeNewHost()).isFalse();
  }

  /** Who copies packets and is faster than the peer with some of them. */
  @Test
  void shouldLoseNothingByCopiesFromElsewhere() {
    path.onFirstPacket(HOME);
    for (int i = 0; i < 100; i++) {
      moveTo(AWAY);
      challenge();
      moveTo(VICTIM);
      moveTo(HOME);
      assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
      assertThat(path.isOwing(0)).isFalse();
      assertThat(path.takeNewHost()).isFalse();
    }
  }
}
