package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testing.JarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jars themselves say. */
class JarIT {
  private static JarProcess.Launcher launcher(String program) {
    return program.equals("client") ? JarProcess.client() : JarProcess.server();
  }

  private static String version(String program) throws IOException {
    try (JarFile jar = new JarFile(Path.of(jarOf(program)).toFile())) {
      return jar.getManifest().getMainAttributes().getValue("Implementation-Version");
    }
  }

  private static String jarOf(String program) {
    return System.getProperty("ferry." + program + ".jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldNameItsMainClassAndItsVersion(String program) throws IOException {
    try (JarFile jar = new JarFile(Path.of(jarOf(program)).toFile())) {
      Attributes attributes = jar.getManifest().getMainAttributes();
      assertThat(attributes.getValue("Main-Class")).startsWith("dev.ferry." + program + ".");
      assertThat(attributes.getValue("Implementation-Version")).matches("\\d+\\.\\d+\\.\\d+.*");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldPrintTheVersionOfTheManifest(String program) throws IOException {
    JarProcess.Result result = launcher(program).run("--version");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).containsExactly("ferry " + program + " " + version(program));
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldPrintItsHelpOnStdout(String program) throws IOException {
    JarProcess.Result result = launcher(program).run("--help");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().get(0)).startsWith("Usage: ferry " + program + " ");
    assertThat(result.out()).anyMatch(line -> line.strip().equals("--json"));
    assertThat(result.err()).isEmpty();
  }

  @Test
  void shouldCarryNoClassesOfTheOtherProgram() throws IOException {
    try (JarFile jar = new JarFile(Path.of(jarOf("client")).toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .noneMatch(name -> name.startsWith("dev/ferry/server/") || name.contains("junit"));
    }
  }
}
