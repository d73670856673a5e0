package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who fetches may choose the congestion control of what the server sends. */
class AskedCongestionTest {
  /** What the server's congestion control says of itself at the end of a get. */
  private static ConnectionSnapshot served(CongestionAlgorithm own, CongestionAlgorithm asked) {
    FerrySim.Options options = new FerrySim.Options();
    options.congestion = own;
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms,rate=20mbit,queue=50KiB");
    FerryCommand get =
        sim.command(Manner.GET, "a file", Content.random(1, 1_000_000)).asking(asked);
    get.run(sim.simulation.nowNs());
    sim.runUntilOver(get, 60 * Nanos.SECOND);
    sim.simulation.runFor(Nanos.SECOND);
    sim.shouldHaveSucceeded(get);
    return sim.events.stream()
        .map(event -> ((ServerEvent.Ferry) event).event())
        .filter(TransferEvent.Finished.class::isInstance)
        .map(event -> ((TransferEvent.Finished) event).connection())
        .findFirst()
        .orElseThrow();
  }

  private static boolean isModel(ConnectionSnapshot end) {
    return end.view().bandwidthBytesPerSecond() > 0;
  }

  @ParameterizedTest
  @EnumSource(names = {"CUBIC", "NEW_RENO", "BACKGROUND"})
  void shouldSendAsAsked(CongestionAlgorithm asked) {
    ConnectionSnapshot end = served(CongestionAlgorithm.MODEL, asked);
    assertThat(isModel(end)).isFalse();
    assertThat(end.state()).isIn(CongestionState.AVOIDANCE, CongestionState.SLOW_START);
  }

  @Test
  void shouldSendByTheModelIfThatIsAsked() {
    assertThat(isModel(served(CongestionAlgorithm.CUBIC, CongestionAlgorithm.MODEL))).isTrue();
  }

  @Test
  void shouldDecideIfItIsNotAsked() {
    assertThat(isModel(served(CongestionAlgorithm.MODEL, null))).isTrue();
    assertThat(isModel(served(CongestionAlgorithm.CUBIC, null))).isFalse();
  }

  /** Who runs a server so that it gives way has a reason. */
  @Test
  void shouldGiveWayWhateverIsAsked() {
    CongestionAlgorithm own = CongestionAlgorithm.BACKGROUND;
    assertThat(isModel(served(own, CongestionAlgorithm.MODEL))).isFalse();
    assertThat(own.onRequest(CongestionAlgorithm.CUBIC)).isEqualTo(own);
  }

  @Test
  void shouldNotHeedWhatNobodyKnows() {
    assertThat(CongestionAlgorithm.ofCode(0)).isNull();
    assertThat(CongestionAlgorithm.ofCode(5)).isNull();
    for (CongestionAlgorithm each : CongestionAlgorithm.values()) {
      assertThat(CongestionAlgorithm.ofCode(each.code())).isEqualTo(each);
      assertThat(each.onRequest(null)).isEqualTo(each);
    }
  }
}
