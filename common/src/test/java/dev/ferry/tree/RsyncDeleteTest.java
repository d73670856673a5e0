package dev.ferry.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random pairs of trees, with random patterns: what is surplus is what {@code rsync --delete} would
 * delete. So many pairs as {@code ferry.rsync.pairs} says, from the seed {@code ferry.rsync.seed}.
 */
class RsyncDeleteTest {
  private static final int PAIRS = Integer.getInteger("ferry.rsync.pairs", 40);
  private static final long FIRST_SEED = Long.getLong("ferry.rsync.seed", 1);
  private static final int PATIENCE_SECONDS = 60;
  private static final String RSYNC_FILE = ".rsync-filter";
  private static final int MOST_ENTRIES = 25;

  private static final List<String> NAMES =
      List.of("a", "b", "a.o", "b.o", "x y", "\u00e4", ".h", "A", "~", "-n");

  /** Those that mean the same to both: to rsync a question mark is a byte. */
  private static final List<String> PATTERNS =
      List.of("*.o", "a", "b/", "/a", "/b/", "/a/b", "?.o", "x*", ".h", "/\u00e4/", "A/");

  @TempDir Path directory;

  @BeforeEach
  void requireRsync() throws InterruptedException {
    boolean there;
    try {
      there = new ProcessBuilder("rsync", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assertThat(there || !Boolean.getBoolean("ferry.require.rsync"))
        .as("rsync, which ferry.require.rsync wants")
        .isTrue();
    if (!there) {
      System.out.println("a test is skipped: there is no rsync");
    }
    assumeTrue(there, "there is no rsync");
  }

  /** A pair of trees. */
  private static final class Pair {
    final Path source;
    final Path there;
    final List<String> given = new ArrayList<>();

    Pair(Path source, Path there) {
      this.source = source;
      this.there = there;
    }
  }

  private static <T> T one(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static String pattern(Random random) {
    return (random.nextInt(5) == 0 ? "!" : "") + one(PATTERNS, random);
  }

  private static String path(Random random) {
    List<String> names = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      names.add(one(NAMES, random));
    }
    return String.join("/", names);
  }

  /** Makes something unless something else is in the way. */
  private static void make(Path root, String path, int what) throws IOException {
    Path place = root.resolve(path);
    for (Path each = place.getParent(); !each.equals(root); each = each.getParent()) {
      if (Files.exists(each, NOFOLLOW_LINKS) && !Files.isDirectory(each, NOFOLLOW_LINKS)) {
        return;
      }
    }
    if (Files.exists(place, NOFOLLOW_LINKS)) {
      return;
    }
    Files.createDirectories(place.getParent());
    switch (what) {
      case 0 -> Files.createDirectory(place);
      case 1 -> Files.createSymbolicLink(place, Path.of("..", "..", "..", "..", "outside"));
      default -> Files.createFile(place);
    }
  }

  /**
   * Rsync reads the patterns in the destination's directories, too, and Ferry the source's alone.
   */
  private static void addPatterns(Pair pair, Random random) throws IOException {
    for (int i = random.nextInt(3); i > 0; i--) {
      pair.given.add(pattern(random));
    }
    List<Path> directories;
    try (Stream<Path> found = Files.walk(pair.source)) {
      directories = found.filter(each -> Files.isDirectory(each, NOFOLLOW_LINKS)).sorted().toList();
    }
    for (Path each : directories) {
      Path other = pair.there.resolve(pair.source.relativize(each));
      if (random.nextInt(4) == 0 && Files.isDirectory(other, NOFOLLOW_LINKS)) {
        List<String> lines = List.of(pattern(random), pattern(random));
        Files.write(each.resolve(SourceWalk.IGNORE_FILE), lines);
        Files.write(each.resolve(RSYNC_FILE), rsyncLines(lines));
        Files.write(other.resolve(RSYNC_FILE), rsyncLines(lines));
      }
    }
  }

  /** The last pattern that matches counts with Ferry, the first one with rsync. */
  private static List<String> rsyncLines(List<String> lines) {
    List<String> turned = new ArrayList<>();
    for (String line : lines) {
      turned.add(0, line.startsWith("!") ? "+ " + line.substring(1) : "- " + line);
    }
    return turned;
  }

  private Pair create(long seed) throws IOException {
    Random random = new Random(seed);
    Path place = Files.createDirectory(directory.resolve("pair" + seed));
    Pair pair =
        new Pair(
            Files.createDirectory(place.resolve("source")),
            Files.createDirectory(place.resolve("there")));
    for (int i = random.nextInt(MOST_ENTRIES); i > 0; i--) {
      String path = path(random);
      int what = random.nextInt(8);
      int where = random.nextInt(10);
      if (where < 7) {
        make(pair.source, path, what);
      }
      if (where > 3) {
        make(pair.there, path, what);
      }
    }
    addPatterns(pair, random);
    return pair;
  }

  /** Rsync replaces what is of another kind; Ferry does not, and deletes nothing then. */
  private static boolean hasOtherKinds(Pair pair) throws IOException {
    try (Stream<Path> found = Files.walk(pair.source)) {
      return found.anyMatch(
          each -> {
            Path other = pair.there.resolve(pair.source.relativize(each));
            return Files.exists(other, NOFOLLOW_LINKS)
                && Files.isDirectory(each, NOFOLLOW_LINKS)
                    != Files.isDirectory(other, NOFOLLOW_LINKS);
          });
    }
  }

  private static Set<String> surplus(Pair pair) throws IOException {
    IgnoreRules rules = IgnoreRules.of(pair.given);
    SourceNames names = new SourceNames(rules);
    List<TreeSource> sources = List.of(new TreeSource(pair.source, "source/.", ""));
    try (SourceWalk walk =
        new SourceWalk(sources.iterator(), rules, new TreeLinks(true, false), names)) {
      for (Found each = walk.next(); each != null; each = walk.next()) {
        assertThat(each.kind()).isNotEqualTo(Found.Kind.FAILED);
      }
    }
    Surplus surplus = new LocalSurplus(pair.there).find(names, (name, isDirectory) -> false, false);
    Set<String> found = new TreeSet<>(surplus.files());
    surplus.directories().forEach(group -> group.forEach(name -> found.add(name + "/")));
    return found;
  }

  private static Set<String> ofRsync(Pair pair) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("rsync", "-a", "-8", "--delete", "--dry-run", "--out-format=%i %n"));
    rsyncLines(pair.given).forEach(line -> command.add("--filter=" + line));
    command.add("--filter=: " + RSYNC_FILE);
    command.addAll(List.of(pair.source + "/", pair.there + "/"));
    Path output = pair.source.resolveSibling("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    List<String> lines = Files.readAllLines(output, UTF_8);
    assertThat(process.exitValue()).as("%s", lines).isZero();
    Set<String> deleted = new TreeSet<>();
    for (String line : lines) {
      if (line.startsWith("*deleting ")) {
        deleted.add(line.substring("*deleting ".length()).strip());
      }
    }
    // It says both of a directory in which something stays.
    String stays = "cannot delete non-empty directory: ";
    lines.stream()
        .filter(line -> line.startsWith(stays))
        .forEach(line -> deleted.remove(line.substring(stays.length()) + "/"));
    return deleted;
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void shouldFindWhatRsyncDeletes() throws Exception {
    int compared = 0;
    for (long seed = FIRST_SEED; compared < PAIRS; seed++) {
      Pair pair = create(seed);
      if (!hasOtherKinds(pair)) {
        compared++;
        assertThat(surplus(pair))
            .as("seed %d, patterns %s", seed, pair.given)
            .isEqualTo(ofRsync(pair));
      }
      remove(pair.source.getParent());
    }
  }
}
