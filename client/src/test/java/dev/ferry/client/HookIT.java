package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that looks at what has arrived, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class HookIT {
  private static final int BYTES = 20_000_000;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    TestFiles.create(directory.resolve("large"), BYTES);
  }

  private ServerProcess start(String script, String... options) throws IOException {
    return start(0, script, options);
  }

  private ServerProcess start(int port, String script, String... options) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("--hook", "sh", "--hook-arg", "-c", "--hook-arg", script));
    Collections.addAll(all, options);
    return ServerProcess.launcher(root).port(port).start(all.toArray(String[]::new));
  }

  private JarProcess.Result client(int exitCode, String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().in(directory).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    return result;
  }

  private static String at(ServerProcess server, String name) {
    return "127.0.0.1:" + server.port() + "/" + name;
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void shouldStoreWhatPassesAndNothingElse(String transport) throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (int i = 0; i < 12; i++) {
      Files.writeString(tree.resolve(i < 9 ? "good" + i : "bad" + i), "content " + i);
    }
    Path log = directory.resolve("log");
    String script =
        "test \"$(sha256sum < \"$FERRY_FILE\")\" = \"$FERRY_SHA256  -\" || exit 9;"
            + " test \"$(stat -c %s \"$FERRY_FILE\")\" = \"$FERRY_SIZE\" || exit 9;"
            + " test ! -e \"$FERRY_NAME\" || exit 9; echo \"$FERRY_NAME\" >> "
            + log
            + "; case \"$FERRY_NAME\" in *bad*) echo found something; exit 1;; esac";
    try (ServerProcess server = start(script)) {
      JarProcess.Result result = client(77, "cp", "--transport", transport, "tree", at(server, ""));
      assertThat(result.err())
          .filteredOn(line -> line.contains("a check of the file turned it down"))
          .hasSize(3);
      client(0, "cp", "--transport", transport, "large", at(server, "l"));
      server.err().await("^hook     'tree/bad10': found something$");
      server.err().await("^hook     'tree/bad10': exit 1$");
      server.err().await("^failed   \\S+ 'tree/bad11', .*the hook turned it down, exit 1");
      assertThat(server.stop()).isZero();
    }
    assertThat(Files.readAllLines(log)).hasSize(13);
    assertThat(TestFiles.namesBelow(root))
        .hasSize(10)
        .allMatch(name -> name.equals("l") || name.startsWith("tree/good"));
    assertThat(root.resolve("l")).hasSameBinaryContentAs(directory.resolve("large"));
  }

  @Test
  void shouldKillAHookThatHangs() throws IOException {
    try (ServerProcess server =
        start("sleep 1000 & echo $! > ../child; wait", "--hook-timeout", "1s")) {
      assertThat(client(77, "cp", "-q", "large", at(server, "l")).err())
          .singleElement()
          .asString()
          .contains("a check of the file took too long there");
      long child = Long.parseLong(Files.readString(directory.resolve("child")).trim());
      ProcessHandle.of(child)
          .ifPresent(handle -> handle.onExit().orTimeout(30, TimeUnit.SECONDS).join());
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).isEmpty();
  }

  /** The server is killed, and stopped in order, while the hook looks: it looks once more. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGoOnAfterARestart(boolean kill) throws IOException {
    String script = "touch ../begun; test -e ../go || exec sleep 1000";
    int port;
    try (ServerProcess server = start(script, "--hook-timeout", "5min")) {
      port = server.port();
      // Once it has a child that may be taken for the virtual machine.
      ProcessHandle machine = server.virtualMachine();
      try (JarProcess put =
          JarProcess.client().in(directory).start("cp", "--json", "large", at(server, "l"))) {
        Path begun = directory.resolve("begun");
        while (!Files.exists(begun)) {
          assertThat(put.virtualMachine().isAlive()).isTrue();
          Thread.onSpinWait();
        }
        Files.createFile(directory.resolve("go"));
        if (kill) {
          List<ProcessHandle> hooks = machine.children().toList();
          machine.destroyForcibly();
          server.awaitExit();
          hooks.forEach(ProcessHandle::destroyForcibly);
        } else {
          machine.destroy();
          assertThat(server.awaitExit()).isZero();
        }
        try (ServerProcess again = start(port, script)) {
          JarProcess.Result result = put.await();
          assertThat(result.exitCode()).as("%s", result).isZero();
          assertThat(again.stop()).isZero();
          again.out().await("^finished .*'l'");
        }
      }
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("l");
    assertThat(root.resolve("l")).hasSameBinaryContentAs(directory.resolve("large"));
  }

  @Test
  void shouldLookAtFilesOfLabClients() throws IOException {
    Files.writeString(directory.resolve("g"), "good");
    Files.writeString(directory.resolve("b"), "bad");
    try (ServerProcess server = start("! grep -q bad \"$FERRY_FILE\"")) {
      String host = "127.0.0.1:" + server.port();
      client(0, "--lab", host, "g", "good");
      client(77, "--lab", host, "b", "bad");
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("good");
  }

  @Test
  void shouldRefuseToStartWithoutAProgram() throws IOException {
    JarProcess.Result result =
        JarProcess.server().run("0", "--root", root.toString(), "--hook", "no-such-program");
    assertThat(result.exitCode()).isEqualTo(78);
    assertThat(result.err()).singleElement().asString().contains("is no program");
    assertThat(
            JarProcess.server().run("0", "--root", root.toString(), "--hook-arg", "x").exitCode())
        .isEqualTo(64);
  }
}
