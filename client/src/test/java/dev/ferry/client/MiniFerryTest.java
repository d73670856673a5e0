package dev.ferry.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What two implementations agree on says nothing if one of them uses the other. */
class MiniFerryTest {
  @Test
  void shouldShareNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax..", "dev.ferry.miniferry")
        .check(new ClassFileImporter().importPackages("dev.ferry.miniferry"));
  }
}
