package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the simulator would notice: it must find each planted bug within 300 seeds. */
@Tag("statistics")
class FerryPlantedBugTest {
  private static final int SEEDS = 300;

  private static String firstFinding(FerryFault fault, FerryPlantedBug bug) {
    FerrySim.Options options = new FerrySim.Options();
    options.disk = bug.disk();
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new FerryScenario(fault, new FerrySim(seed, options), seed).run();
      } catch (AssertionError e) {
        return e.getMessage();
      }
    }
    return "nothing";
  }

  @ParameterizedTest
  @CsvSource({
    "LOSS_10_PERCENT, ACKNOWLEDGES_WHAT_IT_HAS_NOT_STORED, published before it is complete",
    "SOURCE_CHANGES, DOES_NOT_COMPARE_THE_DIGEST, published as",
    "LOSS_0_PERCENT, REPORTS_BEFORE_IT_PUBLISHES, is complete and not published",
    "CLIENT_KILLED_AND_RESTARTED, KEEPS_NOTHING, greater than or equal to",
    "CLIENT_KILLED_AND_RESTARTED, BELIEVES_THAT_ALL_IS_THERE, published before it is complete"
  })
  void shouldFind(FerryFault fault, FerryPlantedBug bug, String complaint) {
    assertThat(firstFinding(fault, bug)).contains(complaint);
  }
}
