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

  private long challengeBefore(long nowNs) {
    return challengeBefore(HOME, nowNs);
  }

  private long challengeBefore(InetSocketAddress before, long nowNs) {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    assertThat(path.asksBefore(nowNs)).isEqualTo(before);
    path.writeBefore(buffer, nowNs, Nanos.SECOND);
    return buffer.flip().getLong(1);
  }

  /** Who copies every packet, is always faster than the peer, and forwards what comes back. */
  @Test
  void shouldReturnToWhereThePeerAnswers() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long before = challengeBefore(0);
    path.onResponse(challenge());
    assertThat(path.takeNewHost()).as("known before it could answer").isFalse();
    path.onResponse(before);
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.takeNewHost()).isFalse();
    assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(path.asksBefore(Nanos.SECOND)).isNull();

    path.onPacket(AWAY, true, 50, Nanos.SECOND / 3);
    assertThat(path.peer()).as("stays for a while").isEqualTo(HOME);
    path.onPacket(AWAY, true, 50, Nanos.SECOND);
    assertThat(path.peer()).isEqualTo(AWAY);
    path.onResponse(challengeBefore(Nanos.SECOND));
    path.onPacket(AWAY, true, 50, Nanos.SECOND * 19 / 10);
    assertThat(path.peer()).as("stays twice as long").isEqualTo(HOME);
    path.onPacket(AWAY, true, 50, Nanos.SECOND * 2);
    assertThat(path.peer()).isEqualTo(AWAY);
  }

  @Test
  void shouldAskThreeTimesWhereThePeerWas() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long before = challengeBefore(0);
    path.onResponse(challenge());
    for (long second = 1; second < 3; second++) {
      assertThat(path.askTimeout()).isEqualTo(second * Nanos.SECOND);
      path.onPacket(AWAY, true, 50, second * Nanos.SECOND - 1);
      assertThat(path.takeNewHost()).isFalse();
      assertThat(challengeBefore(second * Nanos.SECOND)).isEqualTo(before);
    }
    assertThat(path.askTimeout()).isEqualTo(Nanos.NEVER);
    path.onPacket(AWAY, true, 50, 3 * Nanos.SECOND);
    assertThat(path.takeNewHost()).isTrue();
    path.onResponse(before);
    assertThat(path.peer()).isEqualTo(AWAY);
  }

  /** With two addresses of his own nobody makes the server forget the peer's. */
  @Test
  void shouldAskWhereThePeerWasBeforeSeveralMoves() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long before = challengeBefore(0);
    path.onResponse(challenge());
    moveTo(VICTIM);
    path.onResponse(before);
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.takeNewHost()).isFalse();
  }

  /** Nor does he by going back to the first of them, which has proved to be his. */
  @Test
  void shouldGoOnAskingWhereThePeerWasWhenItComesBackFromElsewhere() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long before = challengeBefore(0);
    path.onResponse(challenge());
    moveTo(VICTIM);
    moveTo(AWAY);
    assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(path.takeNewHost()).as("known before it could answer").isFalse();
    path.onResponse(before);
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.takeNewHost()).isFalse();
  }

  /** The peer has moved itself, and then somebody copies its packets. */
  @Test
  void shouldAskWhereThePeerWasLaterIfItDoesNotAnswerWhereItWasFirst() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    challengeBefore(0);
    path.onResponse(challenge());
    moveTo(VICTIM);
    path.onResponse(challenge());
    challengeBefore(Nanos.SECOND);
    challengeBefore(2 * Nanos.SECOND);
    path.onPacket(VICTIM, true, 50, 3 * Nanos.SECOND);
    assertThat(path.takeNewHost()).as("known before it could answer").isFalse();

    path.onResponse(challengeBefore(AWAY, 3 * Nanos.SECOND));
    assertThat(path.peer()).isEqualTo(AWAY);
    assertThat(path.takeNewHost()).as("another one than at first").isTrue();
    assertThat(path.takeNewHost()).isFalse();
  }

  @Test
  void shouldBeginAnewWhenThePeerAnswersNowhereElse() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    challengeBefore(0);
    path.onResponse(challenge());
    moveTo(VICTIM);
    path.onResponse(challenge());
    challengeBefore(Nanos.SECOND);
    challengeBefore(2 * Nanos.SECOND);
    for (long second = 3; second < 6; second++) {
      path.onPacket(VICTIM, true, 50, second * Nanos.SECOND);
      assertThat(path.takeNewHost()).isFalse();
      challengeBefore(AWAY, second * Nanos.SECOND);
    }
    path.onPacket(VICTIM, true, 50, 6 * Nanos.SECOND);
    assertThat(path.takeNewHost()).isTrue();
    assertThat(path.peer()).isEqualTo(VICTIM);
  }

  /** What was learnt is still that of the first host. */
  @Test
  void shouldBeginAnewAtAHostThatHadBeenProvedBefore() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    challengeBefore(0);
    path.onResponse(challenge());
    moveTo(VICTIM);
    moveTo(AWAY);
    challengeBefore(Nanos.SECOND);
    challengeBefore(2 * Nanos.SECOND);
    path.onPacket(AWAY, true, 50, 3 * Nanos.SECOND);
    assertThat(path.takeNewHost()).isTrue();
  }

  /** Behind the same NAT the former port may lead to the peer for some more time. */
  @Test
  void shouldNotAskWhereOnlyThePortWasAnother() {
    path.onFirstPacket(HOME);
    moveTo(new InetSocketAddress(HOME.getAddress(), 40_001));
    assertThat(path.asksBefore(0)).isNull();
    path.onResponse(challenge());
    assertThat(path.asksBefore(Nanos.SECOND)).isNull();
    assertThat(path.former()).isNull();
  }

  /** Who copies every packet of a peer behind the same NAT, and keeps what comes back. */
  @Test
  void shouldAskAtTheFormerPortIfTheNewOneDoesNotAnswer() {
    path.onFirstPacket(HOME);
    moveTo(new InetSocketAddress(HOME.getAddress(), 40_001));
    challenge();
    assertThat(path.asksBefore(Nanos.SECOND - 1)).isNull();
    assertThat(path.former()).isEqualTo(HOME);
    path.onResponse(challengeBefore(Nanos.SECOND));
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.takeReturn()).isTrue();
    assertThat(path.takeReturn()).isFalse();
  }

  /** Who copies the very first packet, too. */
  @Test
  void shouldAskWhereTheHandshakesAnswerWent() {
    path.onFirstPacket(AWAY);
    moveTo(AWAY);
    assertThat(path.budgetBytes()).isEqualTo(150);
    assertThat(path.former()).isEqualTo(HOME);
    path.onResponse(challengeBefore(0));
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.budgetBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(path.former()).isNull();
  }

  /** A handshake alone proves little. */
  @Test
  void shouldSendNoMoreThanThreeTimesTheHandshakeToItsAddress() {
    path.onFirstPacket(AWAY);
    moveTo(AWAY);
    assertThat(path.formerBudgetBytes()).isEqualTo(3 * 1200 - 60);
    path.onSentToFormer(3 * 1200 - 60 - 63);
    assertThat(path.former()).isNull();
    assertThat(path.askTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldGoOnWithWhatWasLeftAtTheHandshakesAddress() {
    path.onFirstPacket(AWAY);
    moveTo(AWAY);
    path.onSentToFormer(40);
    moveTo(HOME);
    assertThat(path.isProved()).isFalse();
    assertThat(path.budgetBytes()).isEqualTo(3 * 1200 - 60 - 40 + 150);
    moveTo(AWAY);
    assertThat(path.former()).isEqualTo(HOME);
    path.onResponse(challengeBefore(0));
    assertThat(path.peer()).isEqualTo(HOME);
    assertThat(path.isProved()).isTrue();
  }

  /** Challenges get lost, too. */
  @Test
  void shouldGoOnAskingLessAndLessOftenUntilThePeerHasProvedToBeElsewhere() {
    path.onFirstPacket(HOME);
    moveTo(AWAY);
    long second = 0;
    for (int asked = 0; asked < 16; asked++) {
      challengeBefore(second * Nanos.SECOND);
      second += asked < 3 ? 1 : 1L << (asked - 2);
      assertThat(path.asksBefore(second * Nanos.SECOND - 1)).as("after " + asked).isNull();
    }
    assertThat(path.askTimeout()).isEqualTo(Nanos.NEVER);
    path.onResponse(challenge());
    assertThat(path.former()).as("may still answer").isEqualTo(HOME);
    path.onPacket(AWAY, true, 50, second * Nanos.SECOND);
    assertThat(path.takeNewHost()).isTrue();
    assertThat(path.former()).isNull();
  }

  @Test
  void shouldAnswerEveryChallenge() {
    path.onChallenge(1);
    path.onChallenge(2);
    ByteBuffer buffer = ByteBuffer.allocate(100);
    path.write(buffer, 0, Nanos.SECOND);
    assertThat(path.isOwing(0)).isFalse();
    assertThat(buffer.flip().getLong(1)).isEqualTo(1);
    assertThat(buffer.getLong(10)).isEqualTo(2);
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
