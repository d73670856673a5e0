package dev.ferry.proxy;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ProxyProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
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
  /** With the profile {@code long} thousands. */
  private static final int FILES = Boolean.getBoolean("ferry.big") ? 5_000 : 300;

  private static final Instant OLDEST = Instant.parse("1999-12-31T23:59:59.123456789Z");

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(1);
  private Path tree;

  private Path file(String name, long bytes) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    return RandomFile.create(file, bytes, bytes);
  }

  private void createTree() throws IOException {
    tree = Files.createDirectory(directory.resolve("tree"));
    createOddNames();
    createSources();
    createLinks();
    dress();
  }

  private void createOddNames() throws IOException {
    file("empty", 0);
    file("one", 1);
    file("d/large", 700_000);
    file("-dash", 10);
    file(" blank at front", 10);
    file("a:b|c*?", 10);
    file("100%", 10);
    file("n".repeat(255), 10);
    file("d".repeat(100) + ("/" + "e".repeat(90)).repeat(9) + "/deep", 20);
    // Composed and decomposed: two names. And two that differ by case.
    Files.write(Path.of(URI.create(tree.toUri() + "%C3%A9")), new byte[] {1});
    Files.write(Path.of(URI.create(tree.toUri() + "e%CC%81")), new byte[] {2});
    file("case/Readme", 3);
    file("case/README", 4);
    Files.createDirectories(tree.resolve("none/in/here"));
    Files.createDirectories(tree.resolve("none/nor here"));
  }

  /** As a project has them: mostly small, in directories of several depths, some of them empty. */
  private void createSources() throws IOException {
    for (int i = 0; i < FILES; i++) {
      String place = "src/p" + i % 7 + (i % 3 == 0 ? "" : "/q" + i % 5) + (i % 4 == 0 ? "/r" : "");
      long bytes = i % 50 == 0 ? random.nextInt(200_000) : i % 9 == 0 ? 0 : random.nextInt(8_000);
      file(place + "/File" + i + ".java", bytes);
    }
  }

  private void createLinks() throws IOException {
    Files.createSymbolicLink(tree.resolve("link"), Path.of("one"));
    Files.createSymbolicLink(tree.resolve("d/up"), Path.of(".."));
    Files.createSymbolicLink(tree.resolve("src/p1/latest"), Path.of("q1"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("not/there"));
    Files.createLink(tree.resolve("d/large again"), tree.resolve("d/large"));
    Files.createLink(tree.resolve("case/one"), tree.resolve("one"));
    Files.createLink(tree.resolve("src/one"), tree.resolve("one"));
  }

  /** Times and modes that come of nothing else, what is in a directory before itself. */
  private void dress() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(tree)) {
      all = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      Path path = all.get(i);
      boolean isDirectory = Files.isDirectory(path);
      Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
      for (PosixFilePermission each : PosixFilePermission.values()) {
        if (random.nextBoolean() || (isDirectory && each.name().startsWith("OWNER"))) {
          mode.add(each);
        }
      }
      mode.add(PosixFilePermission.OWNER_READ);
      Files.setPosixFilePermissions(path, mode);
      Instant time = OLDEST.plusNanos(random.nextLong(1L << 58));
      Files.setLastModifiedTime(
          path, FileTime.from(isDirectory ? time.truncatedTo(ChronoUnit.MICROS) : time));
    }
  }

  /**
   * What is in a directory: names, kinds, content, times and modes, where links lead, and which
   * names stand for the same file. Java sets times of directories to the microsecond.
   */
  private static SortedMap<String, String> all(Path directory) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    Map<Object, Integer> names = new HashMap<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            found.put(name(path) + "/", "directory" + dress(path));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isSymbolicLink()) {
              found.put(name(path), "-> " + Files.readSymbolicLink(path));
            } else {
              names.merge(attributes.fileKey(), 1, Integer::sum);
              String content = Arrays.hashCode(Files.readAllBytes(path)) + dress(path);
              found.put(name(path), Files.getAttribute(path, "unix:nlink") + " " + content);
            }
            return FileVisitResult.CONTINUE;
          }

          private String name(Path path) {
            return path.toUri().getRawPath().substring(directory.toUri().getRawPath().length() - 1);
          }
        });
    found.put("names of one file", names.values().stream().sorted().toList().toString());
    return found;
  }

  private static String dress(Path path) throws IOException {
    return " "
        + PosixFilePermissions.toString(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS))
        + " "
        + Files.getLastModifiedTime(path, NOFOLLOW_LINKS);
  }

  @Test
  void shouldCopyATreeThereAndBack() throws IOException {
    createTree();
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server =
            ServerProcess.launcher(root).start("--allow-list", "--allow-links");
        ProxyProcess proxy =
            ProxyProcess.start(server, "--loss", "10%", "--reorder", "10%", "--duplicate", "5%")) {
      copy(proxy, "tree", proxy.address() + "/backup");
      copy(proxy, proxy.address() + "/backup/tree", "back");
    }
    assertThat(all(root.resolve("backup/tree"))).isEqualTo(all(tree));
    assertThat(all(directory.resolve("back/tree"))).isEqualTo(all(tree));
  }

  private void copy(ProxyProcess proxy, String source, String destination) throws IOException {
    JarProcess.Result result =
        JarProcess.client().in(directory).run("cp", "--links", "--hard-links", source, destination);

    assertThat(result.exitCode()).as("%s %s", proxy, result).isZero();
    assertThat(result.err()).isEmpty();
  }
}
