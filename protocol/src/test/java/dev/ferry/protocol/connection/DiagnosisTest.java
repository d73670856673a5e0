package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.CongestionView;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link LimitTimes}, and of {@link Diagnosis} what only the machine can tell. */
class DiagnosisTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long START = Long.MAX_VALUE - MS;

  private final LimitTimes times = new LimitTimes(START);

  private static long at(long ms) {
    return START + ms * MS;
  }

  private ConnectionSnapshot end(long endMs, long packetsReceived) {
    return new ConnectionSnapshot(
        0,
        0,
        0,
        0,
        packetsReceived,
        0,
        CongestionState.PROBE_CRUISE,
        CongestionView.NOTHING,
        1,
        1,
        1,
        MS,
        MS,
        0,
        1472,
        times.until(at(endMs)));
  }

  private Bottleneck found(long packetsReceived, HostFacts host, boolean sends) {
    return Diagnosis.of(end(5000, packetsReceived), host, sends).bottleneck();
  }

  @Test
  void shouldAddUpTheTimeOfEachLimit() {
    times.set(SendLimit.CONGESTION_WINDOW, true, at(10));
    times.set(SendLimit.CONGESTION_WINDOW, false, at(30));
    LimitTimes early = times.until(at(35));
    times.set(SendLimit.READER, false, at(40));
    LimitTimes end = times.until(at(100));
    assertThat(end.ns(SendLimit.ROUND_TRIP)).isEqualTo(10 * MS);
    assertThat(end.ns(SendLimit.CONGESTION_WINDOW)).isEqualTo(30 * MS);
    assertThat(end.startingNs()).isEqualTo(20 * MS);
    assertThat(end.ns(SendLimit.READER)).isEqualTo(60 * MS);
    assertThat(end.totalNs()).isEqualTo(100 * MS);
    assertThat(end.limit()).isEqualTo(SendLimit.READER);
    assertThat(early.totalNs()).as("does not change any more").isEqualTo(35 * MS);
    assertThat(end.mostSince(early)).isEqualTo(SendLimit.READER);
  }

  @Test
  void shouldCountAPacerThatIsLateForNothing() {
    times.setUntil(SendLimit.PACING, at(10), false, at(0));
    LimitTimes inTime = times.until(at(12));
    assertThat(inTime.ns(SendLimit.PACING)).isEqualTo(12 * MS);
    times.setUntil(SendLimit.PACING, at(22), false, at(12));
    assertThat(times.until(at(40)).ns(SendLimit.PACING)).isEqualTo(24 * MS);
    assertThat(times.until(at(40)).ns(SendLimit.NOTHING)).isEqualTo(16 * MS);
  }

  @Test
  void shouldBlameAProcessorThatHasNoTimeLeft() {
    times.set(SendLimit.PACING, false, at(0));
    assertThat(found(0, new HostFacts(0.97, 0), true)).isEqualTo(Bottleneck.CPU);
    assertThat(found(0, new HostFacts(0.80, 0), true)).isEqualTo(Bottleneck.PATH_RATE);
    assertThat(found(0, HostFacts.UNKNOWN, true)).isEqualTo(Bottleneck.PATH_RATE);
  }

  @Test
  void shouldNotBlameAProcessorWhileTheProgramWarmsUp() {
    times.set(SendLimit.PACING, false, at(0));
    Diagnosis early = Diagnosis.of(end(900, 0), new HostFacts(0.97, 0), true);
    assertThat(early.bottleneck()).isEqualTo(Bottleneck.PATH_RATE);
  }

  @Test
  void shouldTellAThreadThatWaitsFromOneThatComputes() {
    times.set(SendLimit.NOTHING, false, at(0));
    assertThat(found(0, new HostFacts(0.7, 0), true)).isEqualTo(Bottleneck.CPU);
    assertThat(found(0, new HostFacts(0.2, 0), true)).isEqualTo(Bottleneck.SENDER_DISK);
    assertThat(found(0, HostFacts.UNKNOWN, true)).isEqualTo(Bottleneck.CPU);
  }

  @Test
  void shouldTellLossFromRoundTripsInStopAndWait() {
    TransferStats smooth = new TransferStats(0, 1000 * MS, 101, 1, 10 * MS);
    assertThat(Diagnosis.ofStopAndWait(smooth)).isEqualTo(new Diagnosis(Bottleneck.ROUND_TRIPS, 1));
    TransferStats lossy = new TransferStats(0, 4000 * MS, 120, 20, 10 * MS);
    assertThat(Diagnosis.ofStopAndWait(lossy)).isEqualTo(new Diagnosis(Bottleneck.PATH_LOSS, 0.75));
  }

  @Test
  void shouldBlameAReceiveBufferThatIsTooSmall() {
    times.set(SendLimit.PEER, false, at(0));
    assertThat(found(100_000, new HostFacts(0.5, 1000), false))
        .isEqualTo(Bottleneck.RECEIVE_BUFFER);
    assertThat(found(100_000, new HostFacts(0.5, 100), false)).isEqualTo(Bottleneck.OTHER_END);
    assertThat(found(100_000, HostFacts.UNKNOWN, false)).isEqualTo(Bottleneck.OTHER_END);
  }
}
