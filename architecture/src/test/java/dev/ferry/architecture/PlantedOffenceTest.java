package dev.ferry.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.ferry.clock.PlantedCycle;
import dev.ferry.netsim.PlantedSocket;
import dev.ferry.protocol.recovery.PlantedClockCall;
import dev.ferry.protocol.wire.PlantedLibrary;
import dev.ferry.storage.PlantedArgument;
import dev.ferry.storage.PlantedWrongDependency;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule is broken here once, to show that a breach is noticed. */
class PlantedOffenceTest {
  private static final String OFFENDERS = "dev.ferry.architecture";
  private static final Pattern PLANTED = Pattern.compile("\\bPlanted\\w+");

  private static final JavaClasses WITH_OFFENDERS =
      SourceTree.find()
          .importMainClasses(
              PlantedWrongDependency.class,
              PlantedCycle.class,
              PlantedClockCall.class,
              PlantedSocket.class,
              PlantedLibrary.class,
              PlantedArgument.class);

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
  void shouldNoticeADependencyOnTheWrongPackage() {
    assertThat(
            offendersAgainst(ArchitectureRules.knowsOnlyWhatIsAllowed(rule("storage"), List.of())))
        .containsExactly(PlantedWrongDependency.class.getSimpleName());
  }

  @Test
  void shouldNoticeACycle() {
    assertThat(offendersAgainst(ArchitectureRules.hasNoCycles(PackageRules.KNOWN_CYCLES)))
        .containsExactly(PlantedCycle.class.getSimpleName());
  }

  @Test
  void shouldNoticeAClockCallInTheProtocol() {
    assertThat(offendersAgainst(Taboo.CLOCK.in(ArchitectureTest.purePackages())))
        .containsExactly(PlantedClockCall.class.getSimpleName());
  }

  @Test
  void shouldNoticeASocketInTheImpairmentModel() {
    assertThat(offendersAgainst(Taboo.SOCKETS.in(ArchitectureTest.purePackages())))
        .containsExactly(PlantedSocket.class.getSimpleName());
  }

  @Test
  void shouldNoticeALibraryInTheProtocol() {
    assertThat(offendersAgainst(ArchitectureRules.needsNoLibrary()))
        .containsExactly(PlantedLibrary.class.getSimpleName());
  }

  @Test
  void shouldNoticeParsingOfArgumentsElsewhere() {
    assertThat(offendersAgainst(ArchitectureRules.parsesArgumentsInTheCommandLineOnly()))
        .containsExactly(PlantedArgument.class.getSimpleName());
  }

  private static PackageRule rule(String name) {
    return PackageRules.ALL.stream().filter(rule -> rule.name().equals(name)).findAny().get();
  }

  /** The planted classes that a rule complains of; every complaint must be about one. */
  private static Set<String> offendersAgainst(ArchRule rule) {
    List<String> complaints = rule.evaluate(WITH_OFFENDERS).getFailureReport().getDetails();
    return complaints.stream()
        .map(complaint -> PLANTED.matcher(complaint).results().map(MatchResult::group).findFirst())
        .map(name -> name.orElse("a class of the project"))
        .collect(toSet());
  }

  private static JavaClasses offender(String name) throws ClassNotFoundException {
    String fullName = "dev.ferry.architecture.Offenders$" + name;
    return new ClassFileImporter().importClasses(Class.forName(fullName));
  }
}
