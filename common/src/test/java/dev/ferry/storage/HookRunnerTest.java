package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.ArrivalHook.Arrival;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs that look at files, as processes. */
@DisabledOnOs(OS.WINDOWS)
class HookRunnerTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory;
  private Path file;
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final List<HookRunner> runners = new ArrayList<>();

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.write(directory.resolve("part"), "content".getBytes(UTF_8));
  }

  @AfterEach
  void close() {
    runners.forEach(HookRunner::close);
  }

  private HookRunner runner(String script, long timeoutNs, int jobs, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "hook"));
    command.addAll(List.of(arguments));
    HookRunner runner =
        new HookRunner(
            new HookOptions(command, timeoutNs, jobs),
            directory,
            (name, outcome, output) -> ended.add(name + ", " + outcome + ": " + output),
            NanoClock.SYSTEM);
    runners.add(runner);
    return runner;
  }

  private HookRunner runner(String script, String... arguments) {
    return runner(script, PATIENCE_SECONDS * Nanos.SECOND, 2, arguments);
  }

  private CompletableFuture<Optional<StorageException>> look(HookRunner runner, Bytes owner) {
    CompletableFuture<Optional<StorageException>> verdict = new CompletableFuture<>();
    runner.look(
        new Arrival("d/name $x", file, 7, "0123", owner),
        refusal -> verdict.complete(Optional.ofNullable(refusal)));
    return verdict;
  }

  private StorageException verdict(HookRunner runner) throws Exception {
    return look(runner, Bytes.EMPTY).get(PATIENCE_SECONDS, TimeUnit.SECONDS).orElse(null);
  }

  private String outcome() throws InterruptedException {
    return ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void shouldTellTheHookAboutTheFile() throws Exception {
    HookRunner runner =
        runner(
            "echo \"$FERRY_NAME|$FERRY_SIZE|$FERRY_SHA256|$1|$2\"; cat \"$FERRY_FILE\"; cat; pwd",
            "a b",
            "*");
    assertThat(verdict(runner)).isNull();
    assertThat(outcome())
        .isEqualTo(
            "d/name $x, exit 0: d/name $x|7|0123|a b|*\ncontent" + directory.toRealPath() + "\n");
    assertThat(runner.load().accepted()).isOne();
  }

  @Test
  void shouldPassOnNothingElseOfTheEnvironment() throws Exception {
    verdict(runner("env | sed 's/=.*//' | sort"));
    assertThat(outcome().lines().skip(0).toList().toString())
        .doesNotContain("JAVA_HOME")
        .contains("FERRY_NAME");
    verdict(runner("env"));
    List<String> names =
        outcome()
            .lines()
            .map(line -> line.replaceFirst("^.*: ", "").replaceFirst("=.*", ""))
            .toList();
    assertThat(names)
        .isSubsetOf(
            "FERRY_NAME",
            "FERRY_SIZE",
            "FERRY_SHA256",
            "FERRY_FILE",
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "TMPDIR",
            "PWD",
            "SHLVL",
            "OLDPWD",
            "_");
  }

  @Test
  void shouldTurnDownByTheExitCode() throws Exception {
    HookRunner runner = runner("echo no; exit 3");
    StorageException refusal = verdict(runner);
    assertThat(refusal.reason()).isEqualTo(RefusalReason.NOT_PERMITTED);
    assertThat(refusal.told()).isEqualTo("a check of the file turned it down");
    assertThat(refusal).hasMessageContaining("exit 3");
    assertThat(outcome()).isEqualTo("d/name $x, exit 3: no\n");
    assertThat(runner.load().refused()).isOne();
  }

  @Test
  void shouldTurnDownWhatItCannotLookAt() throws Exception {
    HookRunner runner =
        new HookRunner(
            new HookOptions(List.of(directory.resolve("none").toString()), Nanos.SECOND, 1),
            directory,
            (name, outcome, output) -> {},
            NanoClock.SYSTEM);
    runners.add(runner);
    assertThat(verdict(runner).reason()).isEqualTo(RefusalReason.IO_ERROR);
    assertThat(verdict(runner("echo more >> \"$FERRY_FILE\"")))
        .hasMessageContaining("changed the file");
    Files.delete(file);
    assertThat(verdict(runner("true")).reason()).isEqualTo(RefusalReason.IO_ERROR);
  }

  @Test
  void shouldKillWhatTakesTooLongWithWhatItHasStarted() throws Exception {
    Path child = directory.resolve("child");
    HookRunner runner =
        runner("sleep 1000 & echo $! > child.new; mv child.new child; wait", Nanos.SECOND, 1);
    StorageException refusal = verdict(runner);
    assertThat(refusal.told()).isEqualTo("a check of the file took too long there");
    assertThat(outcome()).startsWith("d/name $x, timeout");
    long pid = Long.parseLong(Files.readString(child).trim());
    ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    assertThat(runner.load().failed()).isOne();
  }

  /** More than a pipe holds, and something that goes on to hold the pipe. */
  @Test
  void shouldNotWaitForOutput() throws Exception {
    HookRunner runner =
        runner("sleep 1000 & echo $! > child; head -c 1000000 /dev/zero | tr '\\0' x; exit 0");
    assertThat(verdict(runner)).isNull();
    assertThat(outcome()).hasSize("d/name $x, exit 0: ".length() + 4096);
    ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("child")).trim()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  /** No more at a time than were allowed, and lab mode beside them. */
  @Test
  void shouldRunAFewAtATime() throws Exception {
    HookRunner runner =
        runner(
            "mkdir run.$$; ls -d run.* | wc -l; while [ ! -e go ]; do sleep 0.01; done; rmdir"
                + " run.$$",
            PATIENCE_SECONDS * Nanos.SECOND,
            2);
    List<CompletableFuture<Optional<StorageException>>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(look(runner, Bytes.copyOf(new byte[] {(byte) i})));
    }
    all.add(look(runner, null));
    while (runner.load().running() < 3) {
      Thread.onSpinWait();
    }
    assertThat(runner.load().waiting()).isEqualTo(4);
    Files.createFile(directory.resolve("go"));
    for (CompletableFuture<Optional<StorageException>> each : all) {
      assertThat(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEmpty();
    }
    assertThat(runner.load()).isEqualTo(new HookRunner.Load(0, 0, 7, 0, 0, runner.load().tookNs()));
  }

  @Test
  void shouldGiveUpWhenTheServerStops() throws Exception {
    HookRunner runner = runner("sleep 1000", PATIENCE_SECONDS * Nanos.SECOND, 1);
    CompletableFuture<Optional<StorageException>> running = look(runner, Bytes.EMPTY);
    CompletableFuture<Optional<StorageException>> waiting = look(runner, Bytes.EMPTY);
    while (runner.load().running() == 0) {
      Thread.onSpinWait();
    }
    runner.close();
    assertThat(running.get(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow().reason())
        .isEqualTo(RefusalReason.BUSY);
    assertThat(waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow().reason())
        .isEqualTo(RefusalReason.BUSY);
    assertThat(verdict(runner).reason()).isEqualTo(RefusalReason.BUSY);
  }
}
