package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.testkit.process.JarProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jars themselves say and hold, and which Java runs them. */
class JarIT {
  private static final Path INSTALLED_JAVAS = Path.of("/usr/lib/jvm");
  private static final int CLASS_FILE_MAGIC = 0xcafebabe;
  private static final int CLASS_FILE_OF_JAVA_17 = 61;

  @TempDir Path directory;

  private static JarProcess.Launcher launcher(String program) {
    return program.equals("client") ? JarProcess.client() : JarProcess.server();
  }

  private static Path jarOf(String program) {
    return Path.of(System.getProperty("ferry." + program + ".jar"));
  }

  private static Attributes manifest(String program) throws IOException {
    try (JarFile jar = new JarFile(jarOf(program).toFile())) {
      return jar.getManifest().getMainAttributes();
    }
  }

  private static String version(String program) throws IOException {
    return manifest(program).getValue("Implementation-Version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldNameItsMainClassAndItsVersion(String program) throws IOException {
    Attributes attributes = manifest(program);

    assertThat(attributes.getValue("Main-Class")).startsWith("dev.ferry." + program + ".");
    assertThat(attributes.getValue("Implementation-Title")).isEqualTo("Ferry " + program);
    assertThat(attributes.getValue("Implementation-Version")).matches("\\d+\\.\\d+\\.\\d+.*");
    // Whatever else is needed is inside.
    assertThat(attributes.getValue("Class-Path")).isNull();
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

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldHoldItsOwnClassesAndThoseOfItsLibrariesOnlyOnceEach(String program)
      throws IOException {
    Pattern expected =
        Pattern.compile(
            "META-INF/(MANIFEST\\.MF|license\\.txt|notice\\.md)"
                + "|dev/ferry/(api|cli|clock|copy|framing|netsim|protocol|runtime|storage|svg|transport|"
                + "tree|"
                + program
                + ")/.*\\.class"
                + "|com/beust/jcommander/.*\\.class"
                + (program.equals("client")
                    ? "|com/google/gson/(Strictness|internal/|stream/).*\\.class"
                    : "")
                + "|com/google/(common|errorprone/annotations|j2objc/annotations)/.*\\.class"
                + "|com/sun/jna/(.*\\.class|linux-(x86-64|aarch64)/libjnidispatch\\.so)"
                + "|org/jspecify/annotations/.*\\.class");
    List<String> names = new ArrayList<>();
    try (ZipInputStream jar = new ZipInputStream(Files.newInputStream(jarOf(program)))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        if (!entry.isDirectory()) {
          names.add(entry.getName());
        }
      }
    }

    assertThat(names).contains("dev/ferry/protocol/util/Nanos.class").doesNotHaveDuplicates();
    assertThat(names).allMatch(name -> expected.matcher(name).matches());
    assertThat(names).noneMatch(name -> name.matches(".*(Test|IT)\\.class"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldNeedNothingNewerThanJava17(String program) throws IOException {
    Map<String, Integer> newer = new TreeMap<>();
    int classes = 0;
    try (ZipInputStream jar = new ZipInputStream(Files.newInputStream(jarOf(program)))) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        if (entry.getName().endsWith(".class")) {
          DataInputStream header = new DataInputStream(jar);
          assertThat(header.readInt()).as(entry.getName()).isEqualTo(CLASS_FILE_MAGIC);
          int minorAndMajor = header.readInt();
          classes++;
          if ((minorAndMajor & 0xffff) > CLASS_FILE_OF_JAVA_17 || minorAndMajor >>> 16 != 0) {
            newer.put(entry.getName(), minorAndMajor);
          }
        }
      }
    }
    assertThat(classes).isGreaterThan(50);
    assertThat(newer).isEmpty();
  }

  /** Every installed Java, the one of this test among them, each once. */
  static List<Path> installedJavas() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> homes = new ArrayList<>(List.of(own));
    if (Files.isDirectory(INSTALLED_JAVAS)) {
      try (Stream<Path> entries = Files.list(INSTALLED_JAVAS)) {
        for (Path entry : entries.sorted().toList()) {
          if (Files.isExecutable(entry.resolve("bin/java"))
              && !homes.contains(entry.toRealPath())) {
            homes.add(entry.toRealPath());
          }
        }
      }
    }
    return homes;
  }

  @ParameterizedTest
  @MethodSource("installedJavas")
  void shouldUploadOnEveryInstalledJava(Path java) throws IOException {
    assumeTrue(installedJavas().size() > 1, "there is one Java only, and all other tests use it");
    Path root = Files.createDirectory(directory.resolve("root"));
    Path file = TestFiles.create(directory.resolve("file"), 100_000);
    try (JarProcess server =
        JarProcess.server()
            .java(java)
            .start("0", "--root", root.toString(), "--bind", "127.0.0.1")) {
      String port = server.out().await("^listening on \\S+:(\\d+),").group(1);

      JarProcess.Result result =
          JarProcess.client().java(java).run("127.0.0.1:" + port, file.toString());

      assertThat(result.err()).as("a warning of a newer Java would be here").isEmpty();
      assertThat(result.exitCode()).isZero();
      assertThat(root.resolve("file")).hasSameBinaryContentAs(file);
      server.signal("TERM");
      JarProcess.Result stopped = server.await();
      assertThat(stopped.err()).isEmpty();
      assertThat(stopped.exitCode()).isZero();
    }
  }
}
