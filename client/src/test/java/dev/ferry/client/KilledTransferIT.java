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
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One transfer, of which either end is killed again and again, and the same command given again
 * until the file is there. When an end dies depends on how much of the file has passed by, so that
 * a seed gives the same course everywhere.
 *
 * <p>What is kept is compared with what is known to have arrived, by the words of the end that
 * lives on; so what was in flight does not count:
 *
 * <ul>
 *   <li>the server was killed: what the client says in the end to be acknowledged (put), or to have
 *       received itself (get), less what the next attempt finds;
 *   <li>the client was killed (put): what the server says to have received when the next attempt
 *       drops the connection, less what that attempt finds;
 *   <li>the client was killed (get): what the client last said to have received, which may have
 *       been half a second before, less what the next attempt finds.
 * </ul>
 */
@Execution(ExecutionMode.SAME_THREAD)
class KilledTransferIT {
  private static final long MAX_REPEATED_BYTES = 1 << 20;

  /** A few in the normal run, of a smaller file; {@code -Dferry.kills=100} is the full bar. */
  private static final int KILLS = Integer.getInteger("ferry.kills", 3);

  private static final long FILE_BYTES =
      Integer.getInteger("ferry.kills") == null ? 60_000_000 : 200_000_000;
  private static final long SEED = Long.getLong("ferry.seed", 20_260_107);
  private static final int KILLED = 128 + 9;

  /** Without the compiler of the second tier there are no instructions for AES. */
  private static final String FAST = "-XX:TieredStopAtLevel=4";

  /** Which way the file goes. */
  enum Operation {
    PUT,
    GET
  }

  @TempDir Path directory;
  private final List<String> course = new ArrayList<>();
  private Path root;
  private Path file;
  private Path target;
  private Operation operation;
  private ServerProcess server;
  private int relayPort;

  /** How far the file would be if nothing had to be sent again. */
  private long passedBytes;

  /** What the attempts so far are known to have brought over, and what of it was lost. */
  private long arrivedBytes;

  private long repeatedBytes;
  private long mostRepeatedBytes;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  @AfterEach
  void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  private void prepare(Operation wanted) throws IOException {
    operation = wanted;
    Path local = directory.resolve("local");
    file = RandomFile.create(wanted == Operation.PUT ? local : root.resolve("f"), FILE_BYTES, 2);
    target = wanted == Operation.PUT ? root.resolve("f") : local;
    startServer();
  }

  private void startServer() throws IOException {
    server = ServerProcess.launcher(root).jvm(FAST).start("--json");
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnAfterEachKill(Operation wanted) throws IOException {
    prepare(wanted);
    Random random = new Random(SEED);
    long[] moments = random.longs(KILLS, 0, FILE_BYTES).sorted().toArray();
    for (long moment : moments) {
      attempt(random.nextBoolean(), moment);
      if (Files.exists(target)) {
        break; // Killed after the last byte: it had been published already.
      }
    }
    attempt(false, Long.MAX_VALUE);

    assertThat(target).as(this::describe).hasSameBinaryContentAs(file);
    assertThat(mostRepeatedBytes).as(this::describe).isLessThanOrEqualTo(MAX_REPEATED_BYTES);
    assertThat(TestFiles.namesBelow(root)).containsExactly("f");
    System.out.println(describe());
  }

  private String describe() {
    return String.format(
        "%s, seed %d, %d kills: %d bytes sent again in all, at most %d at a time%n%s",
        operation, SEED, KILLS, repeatedBytes, mostRepeatedBytes, String.join("\n", course));
  }

  /** Gives the command once, and kills an end when the file has got so far. */
  private void attempt(boolean killServer, long moment) throws IOException {
    AtomicReference<Relay> relay = new AtomicReference<>();
    Relay.Way way = operation == Operation.PUT ? Relay.Way.UP : Relay.Way.DOWN;
    long toPass = moment == Long.MAX_VALUE ? moment : Math.max(0, moment - passedBytes);
    // A dead server's host says that nothing listens; so does the relay's.
    KillSwitch kill = new KillSwitch(way, toPass, () -> relay.get().close());
    int startsBefore = server.out().lines().size();
    relay.set(Relay.start(relayPort, server.address(), kill));
    relayPort = relay.get().port();
    JarProcess.Result result;
    try (Relay open = relay.get();
        JarProcess client = JarProcess.client().jvm(FAST).start(command(open))) {
      kill.aimAt(killServer ? server.virtualMachine() : client.virtualMachine());
      result = client.await();
    }
    List<String> said = server.out().lines().subList(startsBefore, server.out().lines().size());
    passedBytes += kill.passedBytes();
    settle(kill.hasFired(), killServer, result, said);
    if (kill.hasFired() && killServer) {
      server.awaitExit();
      startServer();
    }
  }

  private String[] command(Relay relay) {
    return operation == Operation.PUT
        ? new String[] {relay.address(), file.toString(), "f", "--json", "--keep-trying=0"}
        : new String[] {
          "get", relay.address(), "f", target.toString(), "--json", "--keep-trying=0"
        };
  }

  /** Compares what this attempt found with what the one before had, and notes what it has now. */
  private void settle(
      boolean killed, boolean killServer, JarProcess.Result result, List<String> serverSaid) {
    // What the server had from an attempt whose client was killed, it says only now.
    OptionalLong dropped = Events.lastNumber(serverSaid, "failed", "doneBytes");
    if (operation == Operation.PUT && dropped.isPresent()) {
      arrivedBytes = Math.max(arrivedBytes, dropped.getAsLong());
    }
    OptionalLong found = Events.lastNumber(result.out(), "connected", "resumedBytes");
    if (found.isPresent()) {
      long repeated = Math.max(0, arrivedBytes - found.getAsLong());
      repeatedBytes += repeated;
      mostRepeatedBytes = Math.max(mostRepeatedBytes, repeated);
      arrivedBytes = found.getAsLong();
    }
    String event = killed && killServer ? "failed" : "progress";
    arrivedBytes =
        Math.max(arrivedBytes, Events.lastNumber(result.out(), event, "doneBytes").orElse(0));
    course.add(
        String.format(
            "%s: exit %d, found %s, known to have arrived %d",
            !killed ? "no kill" : killServer ? "server killed" : "client killed",
            result.exitCode(),
            found,
            arrivedBytes));
    int expected = !killed ? 0 : killServer ? 75 : KILLED;
    assertThat(result.exitCode()).as("%s\n%s", describe(), result).isEqualTo(expected);
  }
}
