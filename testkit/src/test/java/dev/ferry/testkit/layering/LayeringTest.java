package dev.ferry.testkit.layering;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.ferry.testkit.layering.Walls.packages;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Arrows between the packages point down only, and the cores do no I/O. */
class LayeringTest {
  private static final JavaClasses HOUSE = Walls.mainClasses("dev.ferry");

  /** Rooms without sockets, files, threads, clock, chance and logging. */
  private static final String[] CORES = {
    packages("wire"), packages("engine"), packages("impair"), packages("framing")
  };

  @ParameterizedTest
  @CsvSource({
    "time,",
    "wire,",
    "engine, wire time",
    "impair, wire time",
    "framing,",
    "link, engine impair framing wire time",
    "storage, engine impair framing wire time",
    "cli, engine impair framing wire time"
  })
  void shouldOnlyKnowTheRoomsBelow(String room, String below) {
    String[] known = below == null ? new String[0] : below.split(" ");
    // The list has rooms that are not built yet.
    Walls.onlyKnows(room, known).allowEmptyShould(true).check(HOUSE);
  }

  @Test
  void shouldHaveNoUnknownRooms() {
    classes()
        .should()
        .resideInAnyPackage(
            packages("time"),
            packages("wire"),
            packages("engine"),
            packages("impair"),
            packages("framing"),
            packages("link"),
            packages("storage"),
            packages("cli"))
        .check(HOUSE);
  }

  @ParameterizedTest
  @EnumSource(Taboo.class)
  void shouldKeepTheCoresPure(Taboo taboo) {
    taboo.in(CORES).check(HOUSE);
  }

  @Test
  void shouldKeepTheTwoProtocolsApart() {
    noClasses()
        .that()
        .resideInAPackage(packages("engine.stopwait"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages("engine.windowed"))
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage(packages("engine.windowed"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages("engine.stopwait"))
        .check(HOUSE);
  }

  @Test
  void shouldLetCongestionControlKnowNobody() {
    Walls.onlyKnows("engine.congestion", "time").check(HOUSE);
  }

  @Test
  void shouldParseArgumentsOnlyInTheCommandLinesRoom() {
    Walls.onlyTheseParseArguments("dev\\.ferry\\.cli\\.[^.]*").check(HOUSE);
    Walls.onlyTheseParseArguments(".*(Arguments|Program|ByteSize|TimeSpan)").check(HOUSE);
  }
}
