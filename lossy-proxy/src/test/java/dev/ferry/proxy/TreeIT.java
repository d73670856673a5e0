package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ProxyProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tree with all that trees have goes there and back over a bad network, and is compared in full.
 */
@EnabledOnOs(OS.LINUX)
class TreeIT {
  @TempDir Path directory;
  private Path tree;

  private Path file(String name, long bytes) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    return RandomFile.create(file, bytes, bytes);
  }

  private void createTree() throws IOException {
    tree = Files.createDirectory(directory.resolve("tree"));
    file("empty", 0);
    file("one", 1);
    file("d/large", 700_000);
    file("-dash", 10);
    file(" blank at front", 10);
    file("a:b|c*?", 10);
    file("n".repeat(255), 10);
    file("d".repeat(100) + ("/" + "e".repeat(90)).repeat(9) + "/deep", 20);
    // Composed and decomposed: two names.
    Files.write(Path.of(URI.create(tree.toUri() + "%C3%A9")), new byte[] {1});
    Files.write(Path.of(URI.create(tree.toUri() + "e%CC%81")), new byte[] {2});
    for (int i = 0; i < 60; i++) {
      file("many/" + i % 6 + "/f" + i, i * 97L);
    }
    Files.setLastModifiedTime(
        tree.resolve("one"), FileTime.from(Instant.parse("1999-12-31T23:59:59.123456789Z")));
    Files.setPosixFilePermissions(
        tree.resolve("-dash"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("one"));
    Files.createSymbolicLink(tree.resolve("d/up"), Path.of(".."));
  }

  /** Names, content, times and modes of all regular files; links are none. */
  private static SortedMap<String, String> files(Path directory) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.filter(each -> !Files.isSymbolicLink(each)).toList()) {
        if (Files.isRegularFile(path)) {
          String about =
              Arrays.hashCode(Files.readAllBytes(path))
                  + " "
                  + Files.getLastModifiedTime(path)
                  + " "
                  + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          files.put(
              path.toUri().getRawPath().substring(directory.toUri().getRawPath().length()), about);
        }
      }
    }
    return files;
  }

  @Test
  void shouldCopyATreeThereAndBack() throws IOException {
    createTree();
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list");
        ProxyProcess proxy =
            ProxyProcess.start(server, "--loss", "10%", "--reorder", "10%", "--duplicate", "5%")) {
      JarProcess.Result result =
          JarProcess.client().in(directory).run("cp", "tree", proxy.address() + "/backup");

      assertThat(result.exitCode()).as("%s %s", proxy, result).isZero();
      assertThat(result.out()).singleElement().asString().startsWith("sent 70 file(s): ");
      assertThat(result.err())
          .containsExactlyInAnyOrder(
              "ferry client: 'tree/link' is left out: a symbolic link",
              "ferry client: 'tree/d/up' is left out: a symbolic link");
      JarProcess.Result back =
          JarProcess.client().in(directory).run("cp", proxy.address() + "/backup/tree", "back");
      assertThat(back.exitCode()).as("%s %s", proxy, back).isZero();
      assertThat(back.out()).singleElement().asString().startsWith("fetched 70 file(s): ");
    }
    assertThat(files(directory.resolve("back/tree"))).isEqualTo(files(tree));
    assertThat(files(root.resolve("backup/tree"))).hasSize(70).isEqualTo(files(tree));
  }
}
