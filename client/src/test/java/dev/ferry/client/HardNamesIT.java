package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names that trip up scripts and systems: each is stored as it is, or refused by a rule that is
 * named, and none of them stops the others. What is stored is listed, and fetched by a URL.
 */
@EnabledOnOs(OS.LINUX)
class HardNamesIT {
  /** In the way of URIs. */
  private static final List<String> FOR_ALL =
      List.of(
          "-rf",
          "--help",
          "%20front",
          "a%20%20b",
          "a:b",
          "*",
          "%3F%5Bx%5D%7B1,2%7D",
          "%2541",
          "~",
          "%23x%23",
          "$(x)%60y%60;&%7C%3C%3E!",
          "'%22",
          "%C3%A9",
          "e%CC%81",
          "Readme",
          "README",
          "%F0%9F%98%80",
          "%E4%B8%AD/%E6%96%87",
          "n".repeat(255),
          "%C3%A9".repeat(127) + "x");

  private static final List<String> FOR_POSIX =
      List.of("a%5Cb", "blank%20", "dot.", "con", "aux.txt", "x/nul", ".hidden", ".../x");

  /** And why not: what the message has. */
  private static final SortedMap<String, String> FOR_NONE =
      new TreeMap<>(
          Map.of(
              "line%0Abreak", "control",
              "tab%09", "control",
              "%7F", "control",
              "bidi%E2%80%AEtxt", "bidirectional",
              "latin%E9", "no UTF-8",
              "half%ED%A0%80", "no UTF-8",
              "%C3", "no UTF-8"));

  @TempDir private Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void createTree() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectory(directory.resolve("tree"));
    for (String name : all()) {
      Path file = in(tree, name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private static List<String> all() {
    List<String> all = new ArrayList<>(FOR_ALL);
    all.addAll(FOR_POSIX);
    all.addAll(FOR_NONE.keySet());
    return all;
  }

  private static Path in(Path directory, String name) {
    return Path.of(URI.create(directory.toUri() + name));
  }

  private JarProcess.Result client(String... arguments) throws IOException {
    return JarProcess.client().in(directory).run(arguments);
  }

  /** What is below a directory, by the bytes of the names; the content says what it should be. */
  private static SortedMap<String, String> files(Path directory) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        String uri = path.toUri().getRawPath();
        files.put(uri.substring(directory.toUri().getRawPath().length()), Files.readString(path));
      }
    }
    return files;
  }

  private static SortedMap<String, String> expected(List<String> names) {
    SortedMap<String, String> files = new TreeMap<>();
    Path any = Path.of("/");
    for (String name : names) {
      // As this system writes it in a URI.
      files.put(in(any, name).toUri().getRawPath().substring(1), name);
    }
    return files;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBeStoredAsTheyAreOrRefusedByName(boolean posix) throws IOException {
    List<String> stored = new ArrayList<>(FOR_ALL);
    List<String> options = new ArrayList<>(List.of("--allow-list"));
    if (posix) {
      stored.addAll(FOR_POSIX);
      options.addAll(List.of("--hidden", "--names", "posix"));
    }
    try (ServerProcess server =
        ServerProcess.launcher(root).start(options.toArray(String[]::new))) {
      String address = "127.0.0.1:" + server.port();
      JarProcess.Result sent = client("cp", "tree/", address + "/t");

      assertThat(sent.exitCode()).as("%s", sent).isEqualTo(77);
      assertThat(files(root.resolve("t"))).isEqualTo(expected(stored));
      for (String rule : FOR_NONE.values()) {
        assertThat(sent.err()).anySatisfy(line -> assertThat(line).contains(rule));
      }
      List<String> listed = listed(address);
      assertThat(listed).hasSameSizeAs(stored);
      fetchAll(address, listed);
      assertThat(files(directory.resolve("back")).values()).hasSameSizeAs(stored);
      JarProcess.Result whole = client("cp", address + "/t", "whole");
      assertThat(whole.exitCode()).as("%s", whole).isZero();
      assertThat(files(directory.resolve("whole/t"))).isEqualTo(expected(stored));
    }
  }

  /** The names of all files, as {@code ls --json} has them. */
  private List<String> listed(String address) throws IOException {
    JarProcess.Result list = client("ls", "-r", "--json", address + "/t");
    assertThat(list.exitCode()).as("%s", list).isZero();
    return list.out().stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(entry -> entry.get("kind").getAsString().equals("file"))
        .map(entry -> entry.get("name").getAsString())
        .toList();
  }

  /** Each by its URL. */
  private void fetchAll(String address, List<String> names) throws IOException {
    Files.createDirectory(directory.resolve("back"));
    List<String> command = new ArrayList<>(List.of("cp"));
    for (String name : names) {
      String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20").replace("%2F", "/");
      command.add("ferry://" + address + "/t/" + encoded);
    }
    command.add("back/");
    JarProcess.Result result = client(command.toArray(String[]::new));
    assertThat(result.exitCode()).as("%s", result).isZero();
  }

  @Test
  void shouldBeTakenFromAListOfAnyBytes() throws IOException {
    Path list = directory.resolve("list");
    Process find =
        new ProcessBuilder("find", "tree/.", "-type", "f", "-print0")
            .directory(directory.toFile())
            .redirectOutput(list.toFile())
            .start();
    find.onExit().join();
    assertThat(find.exitValue()).isZero();
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--hidden", "--names", "posix")) {
      String address = "127.0.0.1:" + server.port();
      JarProcess.Result sent = client("cp", "--files-from0", "list", address + "/t");

      assertThat(sent.exitCode()).as("%s", sent).isEqualTo(77);
      assertThat(sent.err().stream().filter(line -> line.startsWith("ferry client: ")).toList())
          .hasSize(FOR_NONE.size());
    }
    List<String> stored = new ArrayList<>(FOR_ALL);
    stored.addAll(FOR_POSIX);
    assertThat(files(root.resolve("t"))).isEqualTo(expected(stored));
  }

  /** Nothing of a name reaches the terminal as it is. */
  @Test
  void shouldBeShownWithoutControlCharacters() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result sent = client("cp", "tree/", "127.0.0.1:" + server.port());
      for (String line : sent.err()) {
        assertThat(line.toLowerCase(Locale.ROOT).chars()).noneMatch(c -> c < ' ' || c == 0x202e);
      }
    }
  }
}
