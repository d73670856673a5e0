package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.miniferry.MiniClient;
import dev.ferry.miniferry.MiniServer;
import dev.ferry.miniferry.Refused;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The jars understand a peer that was written from the specification alone (protocol sections 6.1
 * and 7 to 13).
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SecondImplementationIT {
  private static final byte[] SECRET =
      HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));
  private static final byte[] NO_SECRET = {};
  private static final byte[] TRANSFER = HexFormat.of().parseHex("0f".repeat(16));
  private static final int AES = 1;
  private static final int CHA_CHA = 2;
  private static final int BACKGROUND = 2;
  private static final int CUBIC = 3;
  private static final int SIZE = 100_000;

  /** How many transfers with losses; every how many datagrams one gets lost. */
  private static final int ROUNDS = Integer.getInteger("ferry.rounds", 1);

  private static final int LEAST_RHYTHM = 5;
  private static final int RHYTHMS = 20;
  private static final byte[] CONTENT = TestFiles.content(SIZE, 1);

  @TempDir Path temporary;
  private Path root;
  private Path keyFile;

  @BeforeEach
  void createFiles() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    keyFile =
        Files.createFile(
            temporary.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(keyFile, "ferry-key-1 " + HexFormat.of().formatHex(SECRET) + "\n");
  }

  private ServerProcess server(boolean withKey, String... more) throws IOException {
    List<String> options = new ArrayList<>(List.of(more));
    if (withKey) {
      Collections.addAll(options, "--key-file", keyFile.toString());
    }
    return ServerProcess.launcher(root).start(options.toArray(String[]::new));
  }

  private static MiniClient client(ServerProcess server, boolean withKey, int loseEvery)
      throws IOException {
    return new MiniClient(server.address(), loseEvery).secret(withKey ? SECRET : NO_SECRET);
  }

  @ParameterizedTest(name = "key {0}, lab start {1}, suites {2}, losing {3}")
  @CsvSource({
    "false, false, 1, 0",
    "false, true,  1, 0",
    "true,  false, 1, 0",
    "true,  false, 2, 0",
    "false, true,  2, 0",
    "false, false, 3, 7",
    "true,  false, 3, 5",
    "false, true,  3, 6",
  })
  void shouldStoreWhatItPuts(boolean withKey, boolean labStart, int suites, int loseEvery)
      throws IOException, GeneralSecurityException {
    try (ServerProcess server = server(withKey);
        MiniClient client = client(server, withKey, loseEvery).suites(suites)) {
      if (labStart) {
        assertThat(client.start("stored", SIZE)).isEqualTo("a | 1 | 0000001472");
      }

      client.put(TRANSFER, "stored", CONTENT);

      assertThat(client.chosenSuite()).isEqualTo(suites == CHA_CHA ? CHA_CHA : AES);
      assertThat(root.resolve("stored")).hasBinaryContent(CONTENT);
      assertThat(server.err().toString()).doesNotContain("failed");
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("stored");
  }

  static IntStream rounds() {
    return IntStream.range(0, ROUNDS);
  }

  /** Losses in another rhythm each time. */
  @ParameterizedTest
  @MethodSource("rounds")
  void shouldTransferInSpiteOfLosses(int round) throws IOException, GeneralSecurityException {
    int loseEvery = LEAST_RHYTHM + round % RHYTHMS;
    Files.write(root.resolve("kept"), CONTENT);
    try (ServerProcess server = server(false)) {
      try (MiniClient client = client(server, false, loseEvery)) {
        client.put(TRANSFER, "stored", CONTENT);
      }
      assertThat(root.resolve("stored")).hasBinaryContent(CONTENT);
      try (MiniClient client = client(server, false, loseEvery)) {
        assertThat(client.get(TRANSFER, "kept")).isEqualTo(CONTENT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1368, 1369})
  void shouldStoreSmallFiles(int size) throws IOException, GeneralSecurityException {
    byte[] content = TestFiles.content(size, 2);
    try (ServerProcess server = server(false);
        MiniClient client = client(server, false, 0)) {
      client.put(TRANSFER, "small", content);

      assertThat(root.resolve("small")).hasBinaryContent(content);
    }
  }

  @ParameterizedTest(name = "key {0}, suites {1}, losing {2}")
  @CsvSource({"false, 1, 0", "true, 2, 0", "true, 3, 6"})
  void shouldGetWhatTheServerHas(boolean withKey, int suites, int loseEvery)
      throws IOException, GeneralSecurityException {
    Files.write(root.resolve("kept"), CONTENT);
    Files.createFile(root.resolve("empty"));
    try (ServerProcess server = server(withKey)) {
      try (MiniClient client = client(server, withKey, loseEvery).suites(suites)) {
        assertThat(client.get(TRANSFER, "kept")).isEqualTo(CONTENT);
        assertThat(client.largestDatagramBytes()).isEqualTo(65_507);
      }
      try (MiniClient client = client(server, withKey, loseEvery).suites(suites)) {
        assertThat(client.get(TRANSFER, "empty")).isEmpty();
      }
    }
  }

  /** 100 kB at 100 kB/s, but for what may go at once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void shouldVerifyAndRemoveWhatTheServerHas(int loseEvery)
      throws IOException, GeneralSecurityException {
    byte[] content = TestFiles.content(100_000, 1);
    Files.write(root.resolve("there"), content);
    try (ServerProcess server = server(false, "--allow-delete")) {
      byte[] transfer = new byte[16];
      try (MiniClient client = client(server, false, loseEvery)) {
        assertThat(HexFormat.of().formatHex(client.verify(transfer, "there")))
            .isEqualTo(TestFiles.sha256(content));
      }
      try (MiniClient client = client(server, false, loseEvery)) {
        client.remove(transfer, "there");
      }
    }
    assertThat(root.resolve("there")).doesNotExist();
  }

  @Test
  void shouldSendBelowTheCapThatItAsksFor() throws IOException, GeneralSecurityException {
    Files.write(root.resolve("kept"), CONTENT);
    try (ServerProcess server = server(false);
        MiniClient client = client(server, false, 0).asking(SIZE, CUBIC)) {
      long startNs = System.nanoTime();
      assertThat(client.get(TRANSFER, "kept")).isEqualTo(CONTENT);
      assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }
  }

  @Test
  void shouldFollowThroughKeyPhases() throws IOException, GeneralSecurityException {
    try (ServerProcess server = server(false);
        MiniClient client = client(server, false, 9).updateEvery(40)) {
      client.put(TRANSFER, "phases", CONTENT);

      assertThat(root.resolve("phases")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void shouldResume() throws IOException, GeneralSecurityException {
    byte[] content = TestFiles.content(5_000_000, 3);
    try (ServerProcess server = server(false)) {
      try (MiniClient client = client(server, false, 0)) {
        client.putPart(TRANSFER, "resumed", content, 4_000_000);
      }
      assertThat(root.resolve("resumed")).doesNotExist();
      try (MiniClient client = client(server, false, 0)) {
        client.put(TRANSFER, "resumed", content);
        assertThat(client.sentBytes()).isLessThan(3_000_000);
      }
      assertThat(root.resolve("resumed")).hasBinaryContent(content);
    }
  }

  @Test
  void shouldBeToldReasonsAndVersions() throws IOException, GeneralSecurityException {
    try (ServerProcess server = server(false)) {
      try (MiniClient client = client(server, false, 0)) {
        assertThat(client.versions(99)).containsExactly(2);
        assertThatThrownBy(() -> client.get(TRANSFER, "missing"))
            .isInstanceOfSatisfying(
                Refused.class, refused -> assertThat(refused.code).isEqualTo(11));
      }
      try (MiniClient client = client(server, false, 0)) {
        assertThatThrownBy(() -> client.put(TRANSFER, "../up", CONTENT))
            .isInstanceOfSatisfying(
                Refused.class, refused -> assertThat(refused.code).isEqualTo(2));
      }
    }
  }

  private JarProcess jar(MiniServer server, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(all.get(0).equals("get") ? 1 : 0, "127.0.0.1:" + server.port());
    return JarProcess.client().start(all.toArray(String[]::new));
  }

  private static void assertSuccess(JarProcess client) {
    JarProcess.Result result = client.await();
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest(name = "{0}, suite {1}, losing {2}")
  @CsvSource({
    "lab start, 1, 0",
    "lab start, 2, 6",
    "--ferry, 1, 0",
    "--ferry, 2, 7",
    "--key-file, 1, 0",
    "--key-file, 2, 5",
  })
  void shouldTakeWhatTheClientPuts(String way, int suite, int loseEvery)
      throws IOException, GeneralSecurityException {
    Path source = Files.write(temporary.resolve("source"), CONTENT);
    List<String> arguments = new ArrayList<>(List.of(source.toString(), "name"));
    boolean withKey = way.equals("--key-file");
    if (withKey) {
      Collections.addAll(arguments, way, keyFile.toString());
    } else if (way.startsWith("--")) {
      arguments.add(way);
    }
    Collections.addAll(arguments, "--cipher", suite == AES ? "aes" : "chacha20");
    try (MiniServer server =
            new MiniServer(loseEvery).suite(suite).secret(withKey ? SECRET : NO_SECRET);
        JarProcess client = jar(server, arguments.toArray(String[]::new))) {
      assertThat(server.servePut()).isEqualTo(CONTENT);

      assertThat(server.name()).isEqualTo("name");
      assertThat(server.labStart())
          .isEqualTo(way.startsWith("--") ? "" : "s | 0 | name | 00000000000000100000");
      assertSuccess(client);
    }
  }

  @ParameterizedTest(name = "key {0}, losing {1}, token {2}")
  @CsvSource({"false, 0, ''", "true, 6, ''", "false, 0, a token", "true, 7, another"})
  void shouldGiveWhatTheClientGets(boolean withKey, int loseEvery, String token)
      throws IOException, GeneralSecurityException {
    Path local = temporary.resolve("local");
    List<String> arguments = new ArrayList<>(List.of("get", "name", local.toString()));
    if (withKey) {
      Collections.addAll(arguments, "--key-file", keyFile.toString());
    }
    try (MiniServer server =
            new MiniServer(loseEvery)
                .secret(withKey ? SECRET : NO_SECRET)
                .token(token.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        JarProcess client = jar(server, arguments.toArray(String[]::new))) {
      server.serveGet(CONTENT, 1_234_567_890_123_456_000L, 0640);

      assertThat(server.name()).isEqualTo("name");
      assertSuccess(client);
    }
    assertThat(local).hasBinaryContent(CONTENT);
    assertThat(Files.getLastModifiedTime(local))
        .isEqualTo(FileTime.from(1_234_567_890_123_456L, TimeUnit.MICROSECONDS));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(local)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void shouldBeAskedForRateAndCongestionControl() throws IOException, GeneralSecurityException {
    String local = temporary.resolve("local").toString();
    try (MiniServer server = new MiniServer(5);
        JarProcess client =
            jar(server, "get", "name", local, "--max-rate", "8mbit", "--background")) {
      server.serveGet(CONTENT, 0, 0640);

      assertThat(server.askedRate()).isEqualTo(1_000_000);
      assertThat(server.askedCongestion()).isEqualTo(BACKGROUND);
      assertSuccess(client);
    }
    try (MiniServer server = new MiniServer(0);
        JarProcess client = jar(server, "get", "name", local)) {
      server.serveGet(CONTENT, 0, 0640);

      assertThat(server.askedRate()).isZero();
      assertThat(server.askedCongestion()).isZero();
      assertSuccess(client);
    }
  }
}
