package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Strace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many small files, which a server publishes in rounds: no name appears before its content is on
 * the disk, and a disk that fails one of them fails that one alone.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class SmallFilesDiskIT {
  private static final int FILES = 80;
  private static final Pattern LINE = Pattern.compile("^(\\d+) +(.*)$");
  private static final Pattern FSYNC = Pattern.compile("^fsync\\(\\d+<([^>]*)>.*");
  private static final Pattern RENAME =
      Pattern.compile("^renameat2?\\(\\d+<([^>]*)>, \"([^\"]*)\", \\d+<([^>]*)>, \"(f\\d+)\".*");

  @TempDir Path directory;
  private Path root;
  private Path tree;
  private Path log;

  @BeforeEach
  void createTree() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectory(directory.resolve("tree"));
    log = directory.resolve("strace.log");
    for (int i = 0; i < FILES; i++) {
      Path file = tree.resolve("d" + i % 4 + "/f" + i);
      Files.createDirectories(file.getParent());
      TestFiles.create(file, 1 + i * 37);
    }
  }

  private JarProcess.Result put(ServerProcess server) throws IOException {
    return JarProcess.client()
        .in(directory)
        .run("cp", "tree/", "127.0.0.1:" + server.port(), "--failed-to", "failed");
  }

  /** What has been flushed when something gets its name, and what not until the end. */
  private static final class Flushes {
    final Set<String> flushed = new HashSet<>();
    final Set<String> renamed = new HashSet<>();
    final Set<String> unflushed = new HashSet<>();
    final Map<String, String> underWay = new HashMap<>();
    int atOnce;

    void take(String line) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        return;
      }
      String call = parts.group(2);
      if (call.startsWith("<... ")) {
        String begun = underWay.remove(parts.group(1));
        if (begun != null && call.contains(" resumed>")) {
          ended(begun);
        }
        return;
      }
      began(call);
      if (call.endsWith("<unfinished ...>")) {
        underWay.put(parts.group(1), call);
      } else {
        ended(call);
      }
    }

    private void began(String call) {
      Matcher rename = RENAME.matcher(call);
      if (rename.matches() && rename.group(1).endsWith(".directory")) {
        assertThat(flushed).as(call).contains(rename.group(1) + "/" + rename.group(2));
      }
    }

    private void ended(String call) {
      Matcher fsync = FSYNC.matcher(call);
      Matcher rename = RENAME.matcher(call);
      if (fsync.matches()) {
        flushed.add(fsync.group(1));
        unflushed.remove(fsync.group(1));
      } else if (rename.matches() && rename.group(1).endsWith(".directory")) {
        renamed.add(rename.group(4));
        atOnce += unflushed.add(rename.group(3)) ? 0 : 1;
      }
    }
  }

  @Test
  void shouldNameNothingBeforeItIsFlushed() throws IOException {
    try (ServerProcess server =
        ServerProcess.launcher(root)
            .under(Strace.recording(log, "fsync,rename,renameat,renameat2"))
            .start()) {
      JarProcess.Result result = put(server);
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(server.stop()).isZero();
    }
    Flushes flushes = new Flushes();
    Files.readAllLines(log).forEach(flushes::take);
    assertThat(flushes.renamed).as("by way of rounds").hasSizeGreaterThan(FILES / 2);
    assertThat(flushes.unflushed).as("directories with names that were not flushed").isEmpty();
    assertThat(flushes.atOnce).as("names that needed no flush of their own").isPositive();
    assertThat(TestFiles.namesBelow(root)).isEqualTo(TestFiles.namesBelow(tree));
  }

  @ParameterizedTest
  @CsvSource({"fsync:when=4, ENOSPC", "fsync:when=9, EIO", "renameat:when=6, ENOSPC"})
  void shouldFailWhatTheDiskFails(String call, String error) throws IOException {
    List<String> failed = new ArrayList<>();
    try (ServerProcess server =
        ServerProcess.launcher(root).under(Strace.failing(log, call, error)).start()) {
      JarProcess.Result result = put(server);
      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      failed.addAll(Files.readAllLines(directory.resolve("failed")));
    }
    assertThat(failed).isNotEmpty();
    SortedSet<String> stored = TestFiles.namesBelow(root);
    for (String name : stored) {
      assertThat(root.resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
    }
    SortedSet<String> wanting = new TreeSet<>(TestFiles.namesBelow(tree));
    wanting.removeAll(stored);
    assertThat(failed)
        .as("all that is not there, by its name below the source")
        .map(line -> line.substring(line.indexOf("/./") + 3))
        .containsAll(wanting);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertThat(put(server).exitCode()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).isEqualTo(TestFiles.namesBelow(tree));
  }
}
