package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tree, large files and small ones, while either end is killed, or stopped, again and again. A
 * server comes back at its port, and the client goes on by itself; a client that was killed is
 * started again by the same command. When that happens depends on how much has passed by.
 */
@DisabledOnOs(OS.WINDOWS)
@Execution(ExecutionMode.SAME_THREAD)
class TreeKillsIT {
  /** A few in the normal run, and of a smaller tree; {@code -Dferry.kills=100} is the full bar. */
  private static final int KILLS = Integer.getInteger("ferry.kills", 5);

  /** Stops of 150 s, which the normal run leaves to the simulator. */
  private static final int STOPS = Integer.getInteger("ferry.stops", 0);

  private static final long STOP_S = 150;
  private static final int LARGE_BYTES = 1_000_000;
  private static final int SMALL_BYTES = 4_096;
  private static final int SMALL_FILES = 150;
  private static final long LARGE_FILES = Integer.getInteger("ferry.kills") == null ? 8 : 300;
  private static final long SEED = Long.getLong("ferry.seed", 20_260_116);
  private static final int KILLED = 128 + 9;
  private static final long PATIENCE_S = 300;

  /** What packets have besides content, in a hundred. */
  private static final int OVERHEAD_PERCENT = 12;

  /** What may be in flight, in blocks that are not complete, and in small files. */
  private static final long MAX_REPEATED_BYTES = 2 << 20;

  @TempDir Path directory;
  private final List<String> course = new ArrayList<>();
  private Path root;
  private Path tree;
  private Path target;
  private Relay relay;
  private String[] command;
  private volatile ServerProcess server;
  private volatile JarProcess client;

  @BeforeEach
  void createTree() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  @AfterEach
  void stopAll() {
    if (relay != null) {
      relay.close();
    }
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private void fill() throws IOException {
    for (int i = 0; i < LARGE_FILES; i++) {
      create("large" + i % 3 + "/f" + i, LARGE_BYTES, i);
    }
    for (int i = 0; i < SMALL_FILES; i++) {
      create("small" + i % 7 + "/d/f" + i, SMALL_BYTES, i);
    }
  }

  private void create(String name, int bytes, int seed) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    RandomFile.create(file, bytes, seed);
  }

  /** Names, content, times and modes. */
  private static SortedMap<String, String> all(Path top) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.toList()) {
        boolean isFile = Files.isRegularFile(path);
        String what =
            isFile ? TestFiles.sha256(path) + " " + Files.getLastModifiedTime(path) : "directory";
        found.put(
            top.relativize(path).toString(), what + " " + Files.getPosixFilePermissions(path));
      }
    }
    return found;
  }

  /** What happens when so much has passed. */
  private record Mishap(long atBytes, boolean isKill, boolean isServers) {
    @Override
    public String toString() {
      return (isServers ? "server " : "client ")
          + (isKill ? "killed" : "stopped")
          + " at "
          + atBytes;
    }
  }

  /** Counts what passes, and has one mishap after the other happen. */
  private final class Mishaps implements Relay.Script {
    private final Relay.Way content;
    private final List<Mishap> mishaps;
    private final BlockingQueue<Mishap> happened = new LinkedBlockingQueue<>();
    private final AtomicLong passedBytes = new AtomicLong();
    private int next;
    private boolean down;

    Mishaps(Relay.Way content, List<Mishap> mishaps) {
      this.content = content;
      this.mishaps = mishaps;
    }

    @Override
    public synchronized byte[] pass(Relay.Way way, byte[] datagram) {
      if (down) {
        return new byte[0];
      }
      if (way == content) {
        long passed = passedBytes.addAndGet(datagram.length);
        if (next < mishaps.size() && passed > mishaps.get(next).atBytes()) {
          happen(mishaps.get(next++));
          return new byte[0];
        }
      }
      return datagram;
    }

    private void happen(Mishap mishap) {
      ProcessHandle process =
          mishap.isServers() ? server.virtualMachine() : client.virtualMachine();
      if (mishap.isKill()) {
        down = true;
        process.destroyForcibly();
        process.onExit().join();
      }
      happened.add(mishap);
    }

    synchronized void up() {
      down = false;
    }
  }

  private static List<Mishap> mishaps(long treeBytes) {
    Random random = new Random(SEED);
    List<Mishap> mishaps = new ArrayList<>();
    long[] moments = random.longs(KILLS + STOPS, 0, treeBytes * 9 / 10).sorted().toArray();
    for (int i = 0; i < moments.length; i++) {
      boolean isStop = STOPS > 0 && i % ((KILLS + STOPS) / STOPS) == 0;
      mishaps.add(new Mishap(moments[i], !isStop, random.nextBoolean()));
    }
    return mishaps;
  }

  private void mend(Mishap mishap, Mishaps mishaps) throws Exception {
    course.add(mishap.toString());
    if (!mishap.isKill()) {
      long id = (mishap.isServers() ? server.virtualMachine() : client.virtualMachine()).pid();
      signal("STOP", id);
      TimeUnit.SECONDS.sleep(STOP_S);
      signal("CONT", id);
      return;
    }
    if (mishap.isServers()) {
      int port = server.port();
      server.awaitExit();
      server = ServerProcess.launcher(root).port(port).start("--allow-list");
    } else {
      assertThat(client.await().exitCode()).as("%s", course).isEqualTo(KILLED);
      client = JarProcess.client().in(directory).start(command);
    }
    mishaps.up();
  }

  private static void signal(String name, long id) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(id)).start();
    assertThat(kill.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGoOnAfterEachMishap(boolean puts) throws Exception {
    tree = puts ? directory.resolve("tree") : root.resolve("tree");
    target = puts ? root.resolve("tree") : directory.resolve("tree");
    fill();
    long treeBytes = LARGE_FILES * LARGE_BYTES + (long) SMALL_FILES * SMALL_BYTES;
    Mishaps mishaps = new Mishaps(puts ? Relay.Way.UP : Relay.Way.DOWN, mishaps(treeBytes));
    server = ServerProcess.launcher(root).start("--allow-list");
    relay = Relay.start(server.address(), mishaps);
    command =
        puts
            ? new String[] {"cp", "tree", relay.address(), "--json", "--keep-trying", "1h"}
            : new String[] {"cp", relay.address() + "/tree", ".", "--json", "--keep-trying", "1h"};
    client = JarProcess.client().in(directory).start(command);
    for (int i = 0; i < mishaps.mishaps.size(); i++) {
      Mishap mishap = mishaps.happened.poll(PATIENCE_S, TimeUnit.SECONDS);
      assertThat(mishap).as("%s: %s, then nothing", describe(mishaps), client.out()).isNotNull();
      mend(mishap, mishaps);
    }
    JarProcess.Result result = client.await();

    assertThat(result.exitCode()).as("%s\n%s", describe(mishaps), result).isZero();
    assertThat(all(target)).as(describe(mishaps)).isEqualTo(all(tree));
    assertThat(mishaps.passedBytes.get())
        .as(describe(mishaps))
        .isLessThan(
            treeBytes * (100 + OVERHEAD_PERCENT) / 100
                + mishaps.mishaps.size() * MAX_REPEATED_BYTES);
    System.out.println(describe(mishaps));
  }

  private String describe(Mishaps mishaps) {
    return String.format(
        "seed %d, %d bytes passed; %s", SEED, mishaps.passedBytes.get(), String.join(", ", course));
  }
}
