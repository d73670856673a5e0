package dev.ferry.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import dev.ferry.architecture.PackageRules.Exemption;
import java.util.List;
import java.util.Set;

/** What {@link PackageRules} asks of classes, as rules of ArchUnit. */
final class ArchitectureRules {
  /** Where JCommander may be used: in what the programs share, and in their arguments and mains. */
  private static final String ARGUMENT_PARSERS =
      "dev\\.ferry\\.cli\\..*|.*\\.\\w+(Arguments|Main)(\\$.*)?";

  private ArchitectureRules() {}

  /** The classes of a package know no others of this project than its row allows. */
  static ArchRule knowsOnlyWhatIsAllowed(PackageRule rule, List<Exemption> exemptions) {
    Set<Exemption> exempt = Set.copyOf(exemptions);
    DescribedPredicate<JavaClass> beyond =
        describe(
            "are not in its row",
            other ->
                !rule.allows(other.getPackageName())
                    && !exempt.contains(new Exemption(rule.fullName(), other.getPackageName())));
    return noClasses()
        .that()
        .resideInAPackage(rule.fullName())
        .should()
        .dependOnClassesThat(resideInAPackage("dev.ferry..").and(beyond))
        .as(rule.fullName() + " may know only " + rule.mayKnow());
  }

  /** No package depends on itself through others. */
  static ArchRule hasNoCycles(List<Exemption> exemptions) {
    SliceRule rule = slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();
    for (Exemption exemption : exemptions) {
      rule =
          rule.ignoreDependency(
              resideInAPackage(exemption.from()), resideInAPackage(exemption.to()));
    }
    return rule;
  }

  /** Every package for itself, without those below it. */
  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("dev.ferry")
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  /** The protocol and the impairment model need nothing but the JDK. */
  static ArchRule needsNoLibrary() {
    return classes()
        .that()
        .resideInAnyPackage("dev.ferry.protocol..", "dev.ferry.netsim..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.ferry..", "java..", "javax.crypto..", "org.jspecify..");
  }

  /** Only the command line knows how it is parsed. */
  static ArchRule parsesArgumentsInTheCommandLineOnly() {
    return noClasses()
        .that()
        .haveNameNotMatching(ARGUMENT_PARSERS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.beust..", "org.jcommander..");
  }
}
