package dev.ferry.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.ferry.testkit.layering.Taboo;
import dev.ferry.testkit.layering.Walls;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy knows the impairments and the wire, not the engines; what decides does no I/O. */
class LayeringTest {
  private static final Pattern CORE =
      Pattern.compile("ProxyEngine|Flow|Arrival|Counters|Direction|Tap");

  private static final JavaClasses MAIN = Walls.mainClasses("dev.ferry.proxy");

  @Test
  void shouldNotKnowTheEnginesAndTheOtherPrograms() {
    Walls.onlyKnows("proxy", "cli", "impair", "wire", "time").check(MAIN);
  }

  @Test
  void shouldSteerTheProxyWithoutKnowingIt() {
    Walls.onlyKnows("proxy.control", "cli", "impair", "time").check(MAIN);
  }

  @ParameterizedTest
  @EnumSource(Taboo.class)
  void shouldKeepTheEnginePure(Taboo taboo) {
    JavaClasses core =
        MAIN.that(describe("core", type -> CORE.matcher(type.getSimpleName()).matches()));
    assertThat(core).hasSizeGreaterThanOrEqualTo(5);
    taboo.in(Walls.packages("proxy")).check(core);
  }

  @ParameterizedTest
  @EnumSource(Taboo.class)
  void shouldKeepTracesAndPicturesPure(Taboo taboo) {
    String[] pure = {
      Walls.packages("proxy.trace"), Walls.packages("proxy.pcap"), Walls.packages("proxy.diagram")
    };
    taboo.in(pure).check(MAIN);
  }

  @Test
  void shouldParseArgumentsInTheArgumentsClassOnly() {
    Walls.onlyTheseParseArguments("dev\\.ferry\\.proxy\\.[^.]*Arguments(\\$.*)?").check(MAIN);
  }
}
