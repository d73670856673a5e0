package dev.ferry.testkit.layering;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The walls between the rooms of the house (docs/architecture.md, "The rooms"). */
public final class Walls {
  private static final String HOUSE = "dev.ferry.";

  private Walls() {}

  /** The classes of a package and those below it, without the tests. */
  public static JavaClasses mainClasses(String packageName) {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(packageName);
  }

  /**
   * A room knows itself, some others, and nothing else of the house.
   *
   * @param room a package below {@code dev.ferry}, which stands for those below it too
   */
  public static ArchRule onlyKnows(String room, String... others) {
    String[] known =
        Stream.concat(Stream.of(room), Arrays.stream(others))
            .map(Walls::packages)
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> beyond =
        resideInAPackage(HOUSE + ".").and(resideOutsideOfPackages(known));
    return noClasses()
        .that()
        .resideInAPackage(packages(room))
        .should()
        .dependOnClassesThat(beyond)
        .as(room + " knows nothing of the house but " + Arrays.toString(known));
  }

  /** The pattern for a room, in the notation of ArchUnit. */
  public static String packages(String room) {
    return HOUSE + room + "..";
  }

  /**
   * Only some classes know how the command line is parsed.
   *
   * @param names a regular expression for the full names of top-level classes; their nested ones
   *     are meant too
   */
  public static ArchRule onlyTheseParseArguments(String names) {
    Pattern pattern = Pattern.compile("(?:" + names + ")(?:\\$.*)?");
    return noClasses()
        .that(describe("are not " + names, type -> !pattern.matcher(type.getName()).matches()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.beust..", "org.jcommander..");
  }
}
