package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends with a secret. */
class KeyFileIT {
  private static final int SIZE_BYTES = 300_000;

  @TempDir Path directory;
  private Path root;
  private Path file;
  private Path key;

  @BeforeEach
  void createFiles() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = TestFiles.create(directory.resolve("file"), SIZE_BYTES);
    key = keygen("key");
  }

  private Path keygen(String name) throws IOException {
    Path made = directory.resolve(name);
    JarProcess.Result result = JarProcess.client().run("keygen", made.toString());
    assertThat(result.exitCode()).as("%s", result).isZero();
    return made;
  }

  private ServerProcess server(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--key-file", key.toString()));
    arguments.addAll(List.of(options));
    return ServerProcess.launcher(root).start(arguments.toArray(String[]::new));
  }

  private static String operand(ServerProcess server) {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void shouldMakeKeysThatOnlyTheOwnerMayRead() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(key)).isNotEqualTo(Files.readString(keygen("other")));

    String before = Files.readString(key);
    JarProcess.Result again = JarProcess.client().run("keygen", key.toString());
    assertThat(again.exitCode()).isEqualTo(73);
    assertThat(key).hasContent(before);
  }

  @Test
  void shouldTransferBothWaysWithTheSameKey() throws IOException {
    Path copy = Files.copy(key, directory.resolve("copy"));
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r--------"));
    Path back = directory.resolve("back");
    try (ServerProcess server = server()) {
      String[] put = {operand(server), file.toString(), "f", "--key-file", copy.toString()};
      assertThat(JarProcess.client().run(put).exitCode()).isZero();
      String[] get = {"get", operand(server), "f", back.toString(), "--key-file", copy.toString()};
      assertThat(JarProcess.client().run(get).exitCode()).isZero();
    }
    assertThat(back).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldMeetWithSilenceWithAnotherKey() throws IOException {
    Path other = keygen("other");
    Wire wire = Wire.tapped();
    try (ServerProcess server = server();
        Relay relay = Relay.start(server.address(), wire)) {
      String[] put = {relay.address(), file.toString(), "f", "--key-file", other.toString()};
      JarProcess.Result result = JarProcess.client().run(put);

      assertThat(result.err())
          .containsExactly(
              "ferry client: no answer from "
                  + relay.address()
                  + ", which is how a server with another key behaves;"
                  + " is a server running there, and does UDP get through?");
      assertThat(result.exitCode()).isEqualTo(75);
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
    assertThat(wire.sent(Relay.Way.DOWN)).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  /** Whose first message is a lab start, or a hello that says that there is no secret. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--lab", "--ferry"})
  void shouldMeetWithSilenceWithoutAKey(String option) throws IOException {
    Wire wire = Wire.tapped();
    try (ServerProcess server = server();
        Relay relay = Relay.start(server.address(), wire)) {
      List<String> put = new ArrayList<>(List.of(relay.address(), file.toString(), "f"));
      if (!option.isEmpty()) {
        put.add(option);
      }
      assertThat(JarProcess.client().run(put.toArray(String[]::new)).exitCode()).isEqualTo(75);
    }
    assertThat(wire.sent(Relay.Way.DOWN)).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldServeTheLabBesideIfToldTo() throws IOException {
    try (ServerProcess server = server("--allow-lab");
        LabSocket lab = LabSocket.to(server.address())) {
      assertThat(lab.exchange("s | 0 | lab | 8")).isEqualTo("a | 1 | 1472");
      assertThat(lab.exchange("d | 1 | complete")).isEqualTo("a | 2");
      String[] put = {operand(server), file.toString(), "f", "--key-file", key.toString()};
      assertThat(JarProcess.client().run(put).exitCode()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("f", "lab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void shouldNotUseAKeyThatOthersMayRead(String permissions) throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));

    assertRefused(
        JarProcess.client().run("[::1]:9", file.toString(), "--key-file", key.toString()));
    assertRefused(
        JarProcess.server().run("0", "--root", root.toString(), "--key-file", key.toString()));
  }

  private void assertRefused(JarProcess.Result result) throws IOException {
    assertThat(result.err())
        .singleElement()
        .asString()
        .contains("is not its owner's alone", "chmod 600")
        .doesNotContain(secret());
    assertThat(result.exitCode()).isEqualTo(78);
  }

  private String secret() throws IOException {
    return Files.readString(key).strip().replaceFirst("^ferry-key-1 ", "");
  }

  /** Not where others on the machine may look, and not in what is kept. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldNotTellTheKey() throws IOException {
    List<String> seen = new ArrayList<>();
    try (ServerProcess server = server("--json", "--verbose");
        JarProcess client =
            JarProcess.client()
                .start(operand(server), file.toString(), "--key-file", key.toString(), "--json")) {
      seen.add(commandLine(server.virtualMachine()));
      seen.add(server.out().await("\"event\":\"started\"").group());
      JarProcess.Result result = client.await();
      assertThat(result.exitCode()).isZero();
      assertThat(server.stop()).isZero();
      seen.addAll(result.out());
      seen.addAll(result.err());
      seen.addAll(server.out().awaitAll());
      seen.addAll(server.err().awaitAll());
    }
    assertThat(secret()).hasSize(64);
    assertThat(seen).hasSizeGreaterThan(5).noneMatch(secretIn());
    assertThat(seen.get(0)).contains("--key-file");
  }

  private Predicate<String> secretIn() throws IOException {
    String secret = secret();
    return text -> text.toLowerCase(Locale.ROOT).contains(secret.substring(0, 16));
  }

  private static String commandLine(ProcessHandle process) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
  }
}
