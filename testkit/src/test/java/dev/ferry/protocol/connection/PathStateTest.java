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
}
