package dev.ferry.client;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.ferry.testkit.layering.Walls;
import org.junit.jupiter.api.Test;

/**
 * The client puts the rooms together, knows nothing of the server, and parses arguments in one
 * class.
 */
class LayeringTest {
  private static final JavaClasses MAIN = Walls.mainClasses("dev.ferry.client");

  @Test
  void shouldNotKnowTheOtherPrograms() {
    Walls.onlyKnows(
            "client", "link", "storage", "cli", "engine", "impair", "framing", "wire", "time")
        .check(MAIN);
  }

  @Test
  void shouldParseArgumentsInTheArgumentsClassOnly() {
    Walls.onlyTheseParseArguments("dev\\.ferry\\.client\\.[^.]*Arguments").check(MAIN);
  }
}
