package dev.ferry.testkit.layering;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wall that nothing can break is none: each is broken here once. */
class WallsTest {
  private static final String OFFENDERS = "dev.ferry.layering..";

  @ParameterizedTest
  @CsvSource({
    "Socket, SOCKETS",
    "Channel, SOCKETS",
    "LookUp, SOCKETS",
    "LookUpInPassing, SOCKETS",
    "FileOfOld, FILES",
    "FileOfToday, FILES",
    "AThread, THREADS",
    "Executor, THREADS",
    "Waiter, THREADS",
    "ClockOfTheMachine, CLOCK",
    "ClockByReference, CLOCK",
    "ClockOfTheHouse, CLOCK",
    "DateOfTheHouse, CLOCK",
    "Date, CLOCK",
    "Unseeded, CHANCE",
    "UnseededByReference, CHANCE",
    "Secure, CHANCE",
    "OfTheThread, CHANCE",
    "Printer, LOGGING",
    "Logger, LOGGING",
    "Tracer, LOGGING"
  })
  void shouldNoticeEveryOffence(String offender, Taboo taboo) throws ClassNotFoundException {
    JavaClasses classes = offender(offender);
    for (Taboo other : Taboo.values()) {
      assertThat(other.in(OFFENDERS).evaluate(classes).hasViolation())
          .as("%s against %s", offender, other)
          .isEqualTo(other == taboo);
    }
  }

  @Test
  void shouldLetTheInnocentPass() throws ClassNotFoundException {
    JavaClasses classes = offender("Innocent");
    assertThat(Arrays.stream(Taboo.values()).map(taboo -> taboo.in(OFFENDERS).evaluate(classes)))
        .noneMatch(result -> result.hasViolation());
  }

  @Test
  void shouldNoticeAnArrowThatPointsUp() {
    JavaClasses house = Walls.mainClasses("dev.ferry");
    assertThat(hasViolation(Walls.onlyKnows("engine", "wire"), house)).isTrue();
    assertThat(hasViolation(Walls.onlyKnows("engine", "wire", "time"), house)).isFalse();
  }

  @Test
  void shouldNoticeParsingOfArgumentsElsewhere() {
    JavaClasses house = Walls.mainClasses("dev.ferry.cli");
    assertThat(hasViolation(Walls.onlyTheseParseArguments(".*Arguments"), house)).isTrue();
  }

  private static boolean hasViolation(ArchRule rule, JavaClasses classes) {
    return rule.evaluate(classes).hasViolation();
  }

  private static JavaClasses offender(String name) throws ClassNotFoundException {
    String fullName = "dev.ferry.testkit.layering.Offenders$" + name;
    return new ClassFileImporter().importClasses(Class.forName(fullName));
  }
}
