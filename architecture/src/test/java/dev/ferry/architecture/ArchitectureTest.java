package dev.ferry.architecture;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.ferry.architecture.PackageRules.Exemption;
import dev.ferry.architecture.SourceTree.MainSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The packages of all modules keep the rules in {@link PackageRules}. */
class ArchitectureTest {
  private static final List<PackageRule> RULES = PackageRules.ALL;
  private static final List<Exemption> EXEMPTIONS = PackageRules.KNOWN_CYCLES;

  private static final SourceTree SOURCES = SourceTree.find();
  private static final JavaClasses MAIN_CLASSES = SOURCES.importMainClasses();

  @Test
  void shouldSeeTheClassesOfEveryModule() {
    Set<String> seen = MAIN_CLASSES.stream().map(SourceTree::pathOf).collect(toSet());
    assertThat(SOURCES.mainSources().stream().filter(MainSource::hasClasses))
        .as("sources; one without a class hints at a module that pom.xml does not name")
        .allMatch(source -> seen.contains(source.path()));
  }

  @Test
  void shouldHaveOneRowForEveryPackage() {
    assertThat(RULES.stream().map(rule -> rule.module() + " " + rule.fullName()))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            SOURCES.mainSources().stream()
                .map(source -> source.module() + " " + source.packageName())
                .collect(toCollection(TreeSet::new)));
  }

  @Test
  void shouldAllowOnlyRowsThatStandAbove() {
    Set<String> above = new HashSet<>();
    for (PackageRule rule : RULES) {
      assertThat(above).as("rows above %s", rule).containsAll(rule.mayKnow());
      above.add(rule.name());
    }
  }

  @Test
  void shouldSayTheSameInTheDocument() {
    List<PackageRule> written =
        ArchitectureDocument.packageRules(SOURCES.text("docs/architecture.md"));
    assertThat(written).containsExactlyElementsOf(RULES);
  }

  @ParameterizedTest
  @FieldSource("RULES")
  void shouldKnowOnlyWhatIsAllowed(PackageRule rule) {
    ArchitectureRules.knowsOnlyWhatIsAllowed(rule, EXEMPTIONS).check(MAIN_CLASSES);
  }

  @ParameterizedTest
  @FieldSource("RULES")
  void shouldImportOnlyWhatIsAllowed(PackageRule rule) {
    for (MainSource source : SOURCES.mainSources()) {
      if (source.packageName().equals(rule.fullName())) {
        assertThat(source.importedPackages())
            .as(source.path())
            .allMatch(
                other ->
                    rule.allows(other)
                        || EXEMPTIONS.contains(new Exemption(rule.fullName(), other)));
      }
    }
  }

  @Test
  void shouldHaveNoCycles() {
    ArchitectureRules.hasNoCycles(EXEMPTIONS).check(MAIN_CLASSES);
  }

  @Test
  void shouldExemptOnlyWhatIsStillThere() {
    for (Exemption exemption : EXEMPTIONS) {
      assertThat(SOURCES.mainSources())
          .as("%s is not needed any more: delete it from KNOWN_CYCLES", exemption)
          .anyMatch(
              source ->
                  source.packageName().equals(exemption.from())
                      && source.importedPackages().contains(exemption.to()));
    }
  }

  @ParameterizedTest
  @EnumSource(Taboo.class)
  void shouldDoNoInputAndOutputInPurePackages(Taboo taboo) {
    taboo.in(purePackages()).check(MAIN_CLASSES);
  }

  static String[] purePackages() {
    return RULES.stream()
        .filter(PackageRule::isPure)
        .map(PackageRule::fullName)
        .toArray(String[]::new);
  }

  @Test
  void shouldNeedNoLibraryInTheProtocol() {
    ArchitectureRules.needsNoLibrary().check(MAIN_CLASSES);
  }

  @Test
  void shouldParseArgumentsInTheCommandLineOnly() {
    ArchitectureRules.parsesArgumentsInTheCommandLineOnly().check(MAIN_CLASSES);
  }
}
