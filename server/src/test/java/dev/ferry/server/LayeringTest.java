package dev.ferry.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.ferry.testkit.layering.Taboo;
import dev.ferry.testkit.layering.Walls;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server puts the rooms together, knows nothing of the client, and parses arguments in one
 * class.
 */
class LayeringTest {
  private static final Pattern CORE =
      Pattern.compile("LabServer|AdmittingDepot|Peer|ServerLimits|ServerEvent.Lab");

  private static final JavaClasses MAIN = Walls.mainClasses("dev.ferry.server");

  @Test
  void shouldNotKnowTheOtherPrograms() {
    Walls.onlyKnows(
            "server", "link", "storage", "cli", "engine", "impair", "framing", "wire", "time")
        .check(MAIN);
  }

  @ParameterizedTest
  @EnumSource(Taboo.class)
  void shouldKeepTheEngineAndItsTablesPure(Taboo taboo) {
    JavaClasses core =
        MAIN.that(describe("core", type -> CORE.matcher(type.getSimpleName()).matches()));
    assertThat(core).hasSizeGreaterThanOrEqualTo(3);
    taboo.in(Walls.packages("server")).check(core);
  }

  @Test
  void shouldParseArgumentsInTheArgumentsClassOnly() {
    Walls.onlyTheseParseArguments("dev\\.ferry\\.server\\.[^.]*Arguments").check(MAIN);
  }
}
