package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.server.FaultTableTest.Scenario;
import dev.ferry.protocol.server.PlantedBug.AcceptsLateDuplicates;
import dev.ferry.protocol.server.PlantedBug.AcknowledgesBeforeStoring;
import dev.ferry.protocol.server.PlantedBug.ReopensFinishedSessions;
import dev.ferry.protocol.util.Nanos;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether the simulator would notice: it must find each planted bug within 1,000 seeds. */
@Tag("statistics")
class PlantedBugTest {
  private static final int SEEDS = 1000;
  private static final long SLOW_DISK_NS = 100 * Nanos.MILLISECOND;

  private static String firstFinding(
      Fault fault, long publicationNs, UnaryOperator<Engine<ServerEvent.Lab>> bug) {
    for (long seed = 0; seed < SEEDS; seed++) {
      ServerSim server = new ServerSim(seed, ServerLimits.DEFAULT, publicationNs, bug);
      try {
        new Scenario(fault, server, seed).run();
      } catch (AssertionError e) {
        return e.getMessage();
      }
    }
    return "nothing";
  }

  @Test
  void shouldFindNothingWithoutABug() {
    assertThat(firstFinding(Fault.EVERYTHING, SLOW_DISK_NS, engine -> engine)).isEqualTo("nothing");
  }

  /** A chunk is stored in no time, but a file needs a while to be published. */
  @Test
  void shouldFindAcknowledgingBeforeStoring() {
    assertThat(
            firstFinding(
                Fault.LOSS_0_PERCENT, 100 * Nanos.MILLISECOND, AcknowledgesBeforeStoring::new))
        .contains("which is complete");
  }

  @Test
  void shouldFindAcknowledgingBeforeStoringWhenTheServerIsKilled() {
    assertThat(
            firstFinding(
                Fault.SERVER_KILLED_AND_RESTARTED,
                ServerSim.PUBLICATION_NS,
                AcknowledgesBeforeStoring::new))
        .contains("which is complete");
  }

  @Test
  void shouldFindAcceptingALateDuplicate() {
    assertThat(
            firstFinding(
                Fault.DUPLICATES_20_PERCENT, ServerSim.PUBLICATION_NS, AcceptsLateDuplicates::new))
        .contains("seed ");
  }

  @Test
  void shouldFindReopeningAFinishedSession() {
    assertThat(
            firstFinding(
                Fault.LATE_BY_SECONDS, ServerSim.PUBLICATION_NS, ReopensFinishedSessions::new))
        .contains("seed ");
  }
}
