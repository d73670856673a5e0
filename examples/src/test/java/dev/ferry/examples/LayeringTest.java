package dev.ferry.examples;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.ferry.testkit.layering.Walls;
import org.junit.jupiter.api.Test;

/** The examples use what is common, and neither Ferry's own programs nor its sockets. */
class LayeringTest {
  private static final JavaClasses MAIN = Walls.mainClasses("dev.ferry.examples");

  @Test
  void shouldKnowWhatIsCommonOnly() {
    Walls.onlyKnows("examples", "framing", "storage", "cli", "engine", "wire", "time").check(MAIN);
  }

  @Test
  void shouldUseStorageForDownloadsOnly() {
    for (String simple : new String[] {"naive", "delimiter", "tlv", "buffered"}) {
      Walls.onlyKnows("examples." + simple, "examples", "framing", "cli").check(MAIN);
    }
  }
}
