package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.handshake.HelloRefusal;
import dev.ferry.protocol.server.ServerEvent.Ignored;
import dev.ferry.protocol.server.ServerEvent.Ignored.Reason;
import dev.ferry.protocol.util.Nanos;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is met with silence, counted; the clock overflows meanwhile. */
class UnansweredTest {
  private static final long BEGUN_NS = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);

  private final Unanswered unanswered = new Unanswered();

  private static InetSocketAddress peer(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void shouldReportTheFirstAtOnceAndCountTheOthers() {
    unanswered.watch();
    unanswered.count(Reason.NO_KEY, peer(1), BEGUN_NS);
    assertThat(unanswered.poll()).isEqualTo(new Ignored(peer(1), Reason.NO_KEY, 1));
    for (int i = 0; i < 100_000; i++) {
      unanswered.count(Reason.NO_KEY, peer(2 + i % 100), BEGUN_NS + i);
    }
    assertThat(unanswered.poll()).isNull();
    long dueNs = BEGUN_NS + Unanswered.PERIOD_NS;
    assertThat(unanswered.nextTimeout()).isEqualTo(dueNs);
    unanswered.onTimeout(dueNs - 1);
    assertThat(unanswered.poll()).isNull();
    unanswered.onTimeout(dueNs);
    assertThat(unanswered.poll()).isEqualTo(new Ignored(peer(101), Reason.NO_KEY, 100_000));
    assertThat(unanswered.poll()).isNull();
  }

  @Test
  void shouldForgetWhatWasQuietForAWhile() {
    unanswered.watch();
    unanswered.count(Reason.MALFORMED, peer(1), BEGUN_NS);
    unanswered.onTimeout(BEGUN_NS + Unanswered.PERIOD_NS);
    assertThat(unanswered.nextTimeout()).isEqualTo(Nanos.NEVER);
    unanswered.poll();
    unanswered.count(Reason.MALFORMED, peer(2), BEGUN_NS + Unanswered.PERIOD_NS + 1);
    assertThat(unanswered.poll()).isEqualTo(new Ignored(peer(2), Reason.MALFORMED, 1));
  }

  @ParameterizedTest
  @EnumSource
  void shouldReportEachReasonOfAHelloByItself(HelloRefusal refusal) {
    unanswered.watch();
    unanswered.count(Reason.NO_LAB, peer(1), BEGUN_NS);
    unanswered.hello(refusal, peer(2), BEGUN_NS);
    assertThat(unanswered.poll()).isNotNull();
    assertThat(unanswered.poll()).isNotNull();
  }

  @Test
  void shouldCountNothingIfNobodyWatches() {
    unanswered.count(Reason.NO_KEY, peer(1), BEGUN_NS);
    assertThat(unanswered.poll()).isNull();
    assertThat(unanswered.nextTimeout()).isEqualTo(Nanos.NEVER);
  }
}
