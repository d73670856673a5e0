package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads with the real jars, all to one server: the same bytes, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class UploadIT {
  private static final String UTF_8_LOCALE = "C.UTF-8";

  private final SortedSet<String> stored = new ConcurrentSkipListSet<>();
  private Path root;
  private Path sources;
  private ServerProcess server;

  @BeforeAll
  void startServer(@TempDir Path directory) throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    sources = Files.createDirectory(directory.resolve("sources"));
    server = ServerProcess.launcher(root).environment("LC_ALL", UTF_8_LOCALE).start();
  }

  @AfterAll
  void shouldHaveStoredTheFilesAndNothingElse() throws IOException {
    try (ServerProcess stopped = server) {
      assertThat(stopped.stop()).isZero();
      assertThat(TestFiles.namesBelow(root)).isEqualTo(stored);
      assertThat(stopped.err().awaitAll()).isEmpty();
    }
  }

  static Stream<Arguments> sizesAndDialects() {
    return Stream.of(0, 1, 1471, 1472, 1473, 1_000_000)
        .flatMap(
            size -> Stream.of("spaced", "compact").map(dialect -> Arguments.of(size, dialect)));
  }

  @ParameterizedTest
  @MethodSource("sizesAndDialects")
  void shouldStoreAnIdenticalFileOfAnySizeInBothDialects(int size, String dialect)
      throws IOException {
    Path file = TestFiles.create(sources.resolve(dialect + "-" + size), size);

    upload(file, file.getFileName().toString(), "--dialect", dialect);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spaced", "compact"})
  void shouldStoreAnIdenticalLargeFile(String dialect) throws IOException {
    Path file = TestFiles.create(sources.resolve("large-" + dialect), 50_000_000);

    upload(file, file.getFileName().toString(), "--dialect", dialect);
  }

  /** By default its blocks' sums may vouch for it alone, on a busy machine. */
  @Test
  void shouldCompareTheDigestOfALargeFileIfThatIsAskedFor() throws IOException {
    Path file = TestFiles.create(sources.resolve("vouched for"), 50_000_000);
    upload(file, "vouched for", "--digest", "sha256");
    server.out().await("^finished \\S+ 'vouched for', .* sha256 " + TestFiles.sha256(file) + "$");
  }

  @ParameterizedTest
  @CsvSource({"spaced, ' | '", "compact, '|'", "spaced, '|'", "compact, ' | '"})
  void shouldNotMindDelimitersInTheContent(String dialect, String delimiter) throws IOException {
    String name = dialect + "-" + delimiter.length() + ".delimiters";
    Path file = sources.resolve(name);
    Files.write(file, delimiter.repeat(100_000).getBytes(US_ASCII));

    upload(file, name, "--dialect", dialect);
  }

  @ParameterizedTest
  @CsvSource({"65507, 65507", "64, 64", "1KiB, 1024"})
  void shouldSendDatagramsOfTheSizeThatWasAskedFor(String datagram, int bytes) throws IOException {
    String name = "datagrams-of-" + bytes;

    upload(TestFiles.create(sources.resolve(name), 100_000), name, "--datagram", datagram);
  }

  @Test
  void shouldNameTheFileLikeItsSourceByDefault() throws IOException {
    Path directory = Files.createDirectory(sources.resolve("somewhere"));
    Path file = TestFiles.create(directory.resolve("default-name"), 10);

    upload(List.of(), file, "default-name");
  }

  @Test
  void shouldPutTheFileIntoADirectoryIfTheDestinationEndsInASlash() throws IOException {
    Path file = TestFiles.create(sources.resolve("in-directory"), 10);

    upload(List.of("directory/"), file, "directory/in-directory");
  }

  @Test
  void shouldMakeSubDirectories() throws IOException {
    Path file = TestFiles.create(sources.resolve("deep"), 10);

    upload(file, "one/two/three/deep");
    upload(file, "one/two/four/deep");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " leading blank",
        "\"quoted\"",
        "@at",
        "it's",
        "a|b",
        "-dash",
        "\u00e9t\u00e9 \ud83d\ude80"
      })
  void shouldKeepUnusualNames(String name) throws IOException {
    Path file = TestFiles.create(sources.resolve(name), 10);

    upload(List.of(), file, name);
  }

  @Test
  void shouldReplaceAnEarlierFile() throws IOException {
    upload(TestFiles.create(sources.resolve("earlier"), 3_000), "replaced");
    upload(TestFiles.create(sources.resolve("later"), 2_000), "replaced");
  }

  private void upload(Path file, String name, String... options) throws IOException {
    List<String> destination =
        Stream.concat(Stream.of(name), Stream.of(options)).collect(Collectors.toList());
    upload(destination, file, name);
  }

  /** Uploads a file and looks at everything that is to be seen afterwards. */
  private void upload(List<String> destinationAndOptions, Path file, String name)
      throws IOException {
    stored.add(name);
    String[] arguments =
        Stream.concat(
                Stream.of("127.0.0.1:" + server.port(), file.toString()),
                destinationAndOptions.stream())
            .toArray(String[]::new);

    JarProcess.Result result =
        JarProcess.client().environment("LC_ALL", UTF_8_LOCALE).run(arguments);

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(root.resolve(name)).hasSameBinaryContentAs(file);
    long size = Files.size(file);
    assertThat(result.out())
        .singleElement()
        .asString()
        .startsWith("sent '" + name + "': ")
        .contains(String.format(Locale.ROOT, "(%d bytes) in ", size));
    // The server prints the line before it sends the last acknowledgement, but into a pipe.
    String finished = "^finished \\S+ " + Pattern.quote("'" + name + "'") + ", .*";
    server
        .out()
        .await(finished + "( sha256 " + TestFiles.sha256(file) + "| by the sums of its blocks)$");
  }
}
