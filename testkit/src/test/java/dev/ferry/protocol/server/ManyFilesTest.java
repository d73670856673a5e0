package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many files in one connection, over good paths and bad ones. */
class ManyFilesTest {
  private static final long LONG_NS = 3600 * Nanos.SECOND;
  private static final int OPEN_FILES = 64;

  private static FerrySim sim(long seed, int openFiles, int sessions) {
    FerrySim.Options options = new FerrySim.Options();
    options.openFiles = openFiles;
    options.batches = true;
    ServerLimits most = ServerLimits.DEFAULT;
    options.limits = new ServerLimits(sessions, sessions, most.halfOpen(), most.remembered());
    return new FerrySim(seed, options);
  }

  /** Sizes around the edges, mostly small, a large one now and then. */
  private static int size(SplittableRandom random) {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> FerryCommand.DATAGRAM_BYTES - 32;
      case 3 -> random.nextInt(60_000, 70_000);
      case 4 -> random.nextInt(1_000_000);
      default -> random.nextInt(1, 5_000);
    };
  }

  private static void fill(FerryBatch batch, int files, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < files; i++) {
      batch.add("file " + i, Content.random(seed + i, size(random)));
    }
  }

  private static SimPartialFileStore disk(FerrySim sim, FerryBatch batch, boolean puts) {
    return puts ? sim.parts : batch.destination;
  }

  private static void shouldAllBeThere(FerrySim sim, FerryBatch batch, boolean puts) {
    sim.simulation.check(
        () -> {
          assertThat(batch.failed).isEmpty();
          assertThat(batch.finished).hasSize(batch.contents.size());
          batch.contents.forEach(
              (name, content) ->
                  assertThat(disk(sim, batch, puts).published(name)).as(name).isEqualTo(content));
        });
  }

  private static void runUntilOver(FerrySim sim, FerryBatch batch) {
    batch.run(sim.simulation.nowNs());
    sim.simulation.runUntil(batch::isConnectionOver, LONG_NS);
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, delay=10ms",
    "2, false, delay=10ms",
    "3, true, 'delay=10ms,loss=10%,reorder=10%:30ms,duplicate=5%'",
    "4, false, 'delay=10ms,loss=10%,reorder=10%:30ms,duplicate=5%'",
    "5, true, 'delay=50ms,jitter=20ms,loss=20%,duplicate=20%,corrupt=3%'",
    "6, false, 'delay=50ms,jitter=20ms,loss=20%,duplicate=20%,corrupt=3%'",
    "7, true, 'delay=10ms,reorder=50%:100ms'",
    "8, true, 'delay=130ms,rate=100mbit,queue=3MiB'",
    "9, true, 'delay=10ms,loss=1%,rebind=40ms/200ms:address'",
    "10, true, 'delay=350ms,jitter=50ms,loss=30%,duplicate=20%,replay=5%,reorder=30%:500ms'",
    "11, false, delay=10ms",
    "12, false, 'delay=10ms,reorder=50%:100ms'",
    "13, false, 'delay=50ms,jitter=20ms,loss=20%,duplicate=20%,corrupt=3%'",
    "14, false, 'delay=350ms,jitter=50ms,loss=30%,duplicate=20%,replay=5%,reorder=30%:500ms'",
  })
  void shouldTransferAllFilesOverAnyPath(long seed, boolean puts, String path) {
    FerrySim sim = sim(seed, OPEN_FILES, 512);
    // The server stays where it is.
    sim.simulation.impair(Simulation.path(path).withRebinding(Rebinding.NEVER));
    FerryBatch batch = seed > 10 ? sim.batch(puts).takingEarly() : sim.batch(puts);
    sim.simulation.link(batch.client.address(), FerrySim.ADDRESS).impair(Simulation.path(path));
    fill(batch, 150, seed);
    runUntilOver(sim, batch);

    shouldAllBeThere(sim, batch, puts);
    assertThat(batch.connections).isOne();
    assertThat(batch.outcome()).isInstanceOf(ClientEvent.Completed.class);
    sim.shouldForgetEverything();
  }

  @Test
  void shouldGoOnWithTheOthersWhenFilesFail() {
    FerrySim sim = sim(1, OPEN_FILES, 512);
    sim.simulation.impair("delay=10ms,loss=5%");
    FerryBatch batch = sim.batch(true);
    fill(batch, 50, 1);
    for (int i = 0; i < 20; i++) {
      batch.addFailing("bad " + i, Content.random(i, 1 + i * 10_000), i % 2 == 0);
    }
    for (int i = 0; i < 50; i++) {
      batch.add("more " + i, Content.random(i, 3_000));
    }
    runUntilOver(sim, batch);

    sim.simulation.check(
        () -> {
          assertThat(batch.finished).hasSize(100);
          assertThat(batch.failed).hasSize(20);
          assertThat(batch.failed.values())
              .allMatch(failure -> failure instanceof TransferFailure.SourceFailed);
          assertThat(batch.outcome()).isInstanceOf(ClientEvent.Completed.class);
          assertThat(sim.parts.names()).noneMatch(name -> name.startsWith("bad"));
        });
    sim.shouldForgetEverything();
  }

  /** What is asked shares the connection with what is sent, and is answered whatever is lost. */
  @ParameterizedTest
  @CsvSource({
    "1, true, delay=10ms",
    "2, false, 'delay=10ms,loss=10%,reorder=10%:30ms,duplicate=5%'",
    "3, true, 'delay=50ms,jitter=20ms,loss=20%,duplicate=20%,corrupt=3%'",
    "4, false, 'delay=10ms,reorder=50%:100ms'",
  })
  void shouldAnswerQuestionsOverAnyPath(long seed, boolean attributesOnly, String path) {
    FerrySim.Options options = new FerrySim.Options();
    options.openFiles = OPEN_FILES;
    options.batches = true;
    options.operations = TransportParameters.PUT_AND_GET | Operation.VERIFY.bit();
    FerrySim sim = new FerrySim(seed, options);
    sim.simulation.impair(path);
    FerryBatch gets = sim.batch(false);
    FerryBatch batch = sim.batch(true);
    for (int i = 0; i < 200; i++) {
      gets.add("there " + i, Content.random(i, 10 * i));
      batch.ask("there " + i, attributesOnly);
      batch.ask("nowhere " + i, attributesOnly);
      batch.add("file " + i, Content.random(i, 500));
    }
    runUntilOver(sim, batch);

    sim.simulation.check(
        () -> {
          assertThat(batch.finished).hasSize(400);
          assertThat(batch.failed).hasSize(200);
          assertThat(batch.failed.keySet()).allMatch(name -> name.startsWith("nowhere "));
          assertThat(batch.answers).hasSize(200);
          batch.answers.forEach(
              (name, answer) -> {
                byte[] content = gets.contents.get(name);
                String sha256 = HexFormat.of().formatHex(Sha256.start().digest(content));
                assertThat(answer).isEqualTo(content.length + " " + (attributesOnly ? "" : sha256));
              });
        });
    sim.shouldForgetEverything();
  }

  /** Nothing is opened for what the server does not answer, and the rest goes on. */
  @Test
  void shouldAskNothingThatTheServerDoesNotAnswer() {
    FerrySim sim = sim(1, OPEN_FILES, 512);
    sim.simulation.impair("delay=10ms,loss=5%");
    FerryBatch batch = sim.batch(true);
    for (int i = 0; i < 150; i++) {
      batch.ask("there " + i, true);
    }
    batch.add("file", Content.random(1, 500));
    runUntilOver(sim, batch);

    sim.simulation.check(
        () -> {
          assertThat(batch.finished.keySet()).containsExactly("file");
          assertThat(batch.failed.values())
              .hasSize(150)
              .allMatch(failure -> failure == TransferFailure.Refused.UNANSWERED);
        });
    sim.shouldForgetEverything();
  }

  /** The server has room for few files: the others wait, and have their turn. */
  @Test
  void shouldWaitForABusyServer() {
    FerrySim sim = sim(2, OPEN_FILES, 4);
    sim.simulation.impair("delay=5ms");
    FerryBatch batch = sim.batch(true);
    for (int i = 0; i < 60; i++) {
      batch.add("file " + i, Content.random(i, 2_000));
    }
    runUntilOver(sim, batch);

    shouldAllBeThere(sim, batch, true);
    sim.shouldForgetEverything();
  }

  /** A server that says nothing of many files is served as before, by a connection for each. */
  @Test
  void shouldUseAConnectionForEachFileWhereTheServerTakesNoMore() {
    FerrySim sim = sim(3, 0, 512);
    sim.simulation.impair("delay=5ms,loss=5%");
    FerryBatch batch = sim.batch(true);
    fill(batch, 5, 3);
    while (!batch.isOver()) {
      runUntilOver(sim, batch);
      sim.simulation.runUntil(() -> batch.engine.mayLeave(0), LONG_NS);
    }

    shouldAllBeThere(sim, batch, true);
    assertThat(batch.connections).isEqualTo(5);
  }

  /** The connection stays as long as the client has more, however long it takes to find it. */
  @Test
  void shouldWaitForFilesThatComeLater() {
    FerrySim sim = sim(4, OPEN_FILES, 512);
    sim.simulation.impair("delay=10ms,loss=5%");
    FerryBatch batch = sim.batch(true).toBeContinued();
    batch.add("first", Content.random(1, 4_000));
    batch.run(sim.simulation.nowNs());
    sim.simulation.runFor(300 * Nanos.SECOND);
    assertThat(batch.finished).hasSize(1);
    assertThat(batch.isConnectionOver()).isFalse();
    batch.add("second", Content.random(2, 4_000));
    batch.client.execute(nowNs -> {});
    sim.simulation.runFor(Nanos.SECOND);
    batch.end();
    sim.simulation.runUntil(batch::isConnectionOver, LONG_NS);

    shouldAllBeThere(sim, batch, true);
    assertThat(batch.connections).isOne();
    sim.shouldForgetEverything();
  }

  /** What was not over goes on by another connection when the server is restarted. */
  @Test
  void shouldGoOnAfterTheServerWasRestarted() {
    for (long seed = 1; seed <= 5; seed++) {
      FerrySim sim = sim(seed, OPEN_FILES, 512);
      sim.simulation.impair("delay=20ms,loss=5%");
      FerryBatch batch = sim.batch(true);
      fill(batch, 200, seed);
      batch.run(sim.simulation.nowNs());
      sim.simulation.runFor(seed * 80 * Nanos.MILLISECOND);
      sim.crash();
      sim.simulation.runFor(5 * Nanos.SECOND);
      sim.restart();
      sim.simulation.runUntil(batch::isConnectionOver, LONG_NS);

      shouldAllBeThere(sim, batch, true);
      sim.shouldForgetEverything();
    }
  }

  /** A probe that repeats content finds the packet full of frames about other files. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldSendContentAgainAmongTheFramesOfManyFiles(long seed) {
    FerrySim sim = sim(seed, ServerMemory.MAX_FILES_OF_A_CONNECTION, 1024);
    FerryBatch batch = sim.batch(false);
    String path = "delay=60ms,loss=35%";
    sim.simulation.impair(path);
    sim.simulation.link(batch.client.address(), FerrySim.ADDRESS).impair(Simulation.path(path));
    for (int i = 0; i < 1_000; i++) {
      batch.add("f" + i, Content.random(i, 100));
    }
    runUntilOver(sim, batch);

    shouldAllBeThere(sim, batch, false);
    sim.shouldForgetEverything();
  }

  /** 2,000 files of 4 KiB at 262 ms and 100 Mbit/s, from nothing known of the path. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotWaitARoundTripForEachFile(boolean puts) {
    FerrySim sim = sim(5, ServerMemory.MAX_FILES_OF_A_CONNECTION, 1024);
    sim.simulation.impair("delay=131ms,rate=100mbit,queue=3MiB");
    FerryBatch batch = sim.batch(puts).takingEarly();
    for (int i = 0; i < 2_000; i++) {
      batch.add("directory " + i / 50 + "/file " + i, Content.random(i, 4_096));
    }
    long beganNs = sim.simulation.nowNs();
    runUntilOver(sim, batch);
    long tookNs = sim.simulation.nowNs() - beganNs;

    shouldAllBeThere(sim, batch, puts);
    System.out.println("2,000 files of 4 KiB: " + tookNs / Nanos.MILLISECOND + " ms");
    assertThat(tookNs).isLessThan(3 * Nanos.SECOND);
  }
}
