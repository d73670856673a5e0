package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.server.FerryFault.Event;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.SimSourceFile;
import java.util.SplittableRandom;

/** One file that is sent in Ferry mode while one thing goes wrong. */
final class FerryScenario {
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;
  private static final long SOON_NS = 400 * Nanos.MILLISECOND;

  /** The content of a full packet. */
  private static final int CHUNK_BYTES = FerryCommand.DATAGRAM_BYTES - 32;

  /** What may come before an answer. */
  private static final int EARLY_BYTES = 40 * FerryCommand.DATAGRAM_BYTES;

  private static final int MAX_BYTES = 50_000;
  private static final String NAME = "a file";

  private final FerryFault fault;
  private final FerrySim sim;
  private final SplittableRandom random;
  private final Manner manner;
  private final byte[] content;

  FerryScenario(FerryFault fault, FerrySim sim, long seed) {
    this.fault = fault;
    this.sim = sim;
    this.random = sim.simulation.newRandom();
    this.manner = manner(fault.event(), seed);
    this.content = Content.random(seed, size());
    // The server stays where it is.
    sim.simulation.impair(fault.path().withRebinding(Rebinding.NEVER));
  }

  /** Nothing protects the lab's start from damage, and nobody but the server replaces files. */
  private static Manner manner(Event event, long seed) {
    Manner any =
        switch ((int) (seed % 3)) {
          case 0 -> Manner.PUT_VIA_LAB;
          case 1 -> Manner.PUT;
          default -> Manner.GET;
        };
    boolean unfit =
        (event == Event.DAMAGE && any == Manner.PUT_VIA_LAB)
            || (event == Event.RACE && any == Manner.GET);
    return unfit ? Manner.PUT : any;
  }

  /** Sizes around the edges, and others. An empty file is no affair of Ferry mode via the lab. */
  private int size() {
    int chunks = random.nextInt(1, MAX_BYTES / CHUNK_BYTES);
    return switch (random.nextInt(8)) {
      case 0 -> manner == Manner.PUT_VIA_LAB ? 1 : 0;
      case 1 -> 1;
      case 2 -> chunks * CHUNK_BYTES - 1;
      case 3 -> chunks * CHUNK_BYTES + 1;
      case 4 -> chunks * CHUNK_BYTES;
      default -> random.nextInt(1, MAX_BYTES);
    };
  }

  /** Returns whether there was any answer; at high loss there may be none within 20 s. */
  boolean run() {
    FerryCommand command = sim.command(manner, NAME, content);
    sim.simulation.link(command.client.address(), FerrySim.ADDRESS).impair(fault.path());
    sim.simulation.enterOutagesAnywhere(command.client, sim.host);
    switch (fault.event()) {
      case NONE, DAMAGE -> shouldArriveOnce(command);
      case BLACKHOLE -> blackhole(command);
      case GONE -> goForGood(command);
      case CLIENT_KILLED -> killClient(command);
      case SERVER_KILLED -> killServer(command);
      case RACE -> race(command);
      case DISK_FULL -> fillDisk(command);
      case TURNED_DOWN -> turnDown(command);
      case SLOW_DISK -> stallDisk(command);
      case SOURCE_CHANGES -> changeSource(command);
    }
    sim.shouldForgetEverything();
    return !isUnanswered(command);
  }

  private static boolean isUnanswered(FerryCommand command) {
    return command.failure() instanceof TransferFailure.NoAnswer;
  }

  private void start(FerryCommand command) {
    command.run(sim.simulation.nowNs());
  }

  private void runUpTo(long atMostNs) {
    sim.simulation.runFor(random.nextLong(atMostNs));
  }

  /** Where the file is to be published. */
  private SimPartialFileStore disk(FerryCommand command) {
    return command.isPut() ? sim.parts : command.destination;
  }

  /** The program ends as soon as it may, whatever becomes of its last packets. */
  private void shouldArriveOnce(FerryCommand command) {
    start(command);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.simulation.runUntil(() -> command.engine.mayLeave(0), LONG_ENOUGH_NS);
    command.leave();
    if (!isUnanswered(command)) {
      sim.shouldHaveSucceeded(command);
      sim.simulation.check(() -> assertThat(sim.publications(command)).isEqualTo(1));
    }
  }

  private void repeat(FerryCommand command) {
    start(command);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
  }

  private void blackhole(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS);
    boolean overBefore = command.isOver();
    sim.simulation.cut(command.client, sim.host);
    sim.simulation.runFor(60 * Nanos.SECOND);
    sim.simulation.restore(command.client, sim.host);
    if (!overBefore && command.isOver() && !command.isCompleted()) {
      // Before the handshake there may be no server at all, and the client gives up sooner.
      sim.simulation.check(
          () -> assertThat(command.failure()).isInstanceOf(TransferFailure.NoAnswer.class));
      return;
    }
    long before = command.client.received();
    sim.simulation.runUntil(
        () -> command.isOver() || command.client.received() > before, 5 * Nanos.SECOND);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
  }

  private void goForGood(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS);
    if (command.isOver()) {
      return;
    }
    long goneNs = sim.simulation.nowNs();
    sim.simulation.cut(command.client, sim.host);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    long waitedNs = sim.simulation.nowNs() - goneNs;
    sim.simulation.check(
        () -> {
          if (command.isCompleted()) {
            assertThat(waitedNs).as("on what was on its way").isLessThan(SOON_NS);
          } else if (command.failure() instanceof TransferFailure.NoAnswer) {
            assertThat(waitedNs).isLessThanOrEqualTo(40 * Nanos.SECOND);
          } else {
            assertThat(waitedNs).isBetween(119 * Nanos.SECOND, 130 * Nanos.SECOND);
            assertThat(command.failure())
                .isInstanceOfAny(
                    TransferFailure.LostContact.class, TransferFailure.OutcomeUnknown.class);
          }
        });
  }

  private void killClient(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS);
    command.kill();
    runUpTo(5 * Nanos.SECOND);
    resume(command, disk(command).survivingBytes(command.transfer));
  }

  private void killServer(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS);
    sim.crash();
    long survived = disk(command).survivingBytes(command.transfer);
    runUpTo(2 * Nanos.SECOND);
    sim.restart();
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    if (!command.isCompleted()) {
      resume(command, survived);
    }
  }

  /** The command is given again; of what survived nothing is sent again. */
  private void resume(FerryCommand command, long survivedBytes) {
    int before = sim.publications(command);
    repeat(command);
    sim.simulation.check(
        () -> {
          boolean publishedMeanwhile = sim.publications(command) > before + 1;
          if (before == 0 && !publishedMeanwhile) {
            assertThat(command.resumedBytes()).isGreaterThanOrEqualTo(survivedBytes);
            assertThat(disk(command).overlappingBytes()).isLessThanOrEqualTo(EARLY_BYTES);
          }
        });
  }

  private void race(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS);
    FerryCommand rival = sim.start(Manner.PUT, NAME, Content.random(random.nextLong(), 5_000));
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.runUntilOver(rival, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
    sim.shouldHaveSucceeded(rival);
    sim.simulation.check(() -> assertThat(sim.publications(command)).isEqualTo(2));
  }

  private void fillDisk(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS / 4);
    disk(command).failWrites(RefusalReason.NO_SPACE);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    if (!command.isCompleted()) {
      shouldHaveBeenTurnedDown(command, RefusalReason.NO_SPACE);
    }
  }

  private void turnDown(FerryCommand command) {
    disk(command).refuse(RefusalReason.TOO_LARGE);
    start(command);
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    shouldHaveBeenTurnedDown(command, RefusalReason.TOO_LARGE);
  }

  /** Both ends know why, and nothing is left. */
  private void shouldHaveBeenTurnedDown(FerryCommand command, RefusalReason reason) {
    sim.simulation.check(
        () -> {
          assertThat(reason(command.failure())).as("for the client").isEqualTo(reason);
          assertThat(sim.publications(command)).isZero();
        });
    sim.simulation.runFor(10 * Nanos.SECOND);
    sim.simulation.check(
        () -> {
          assertThat(disk(command).keptParts()).as("part files").isZero();
          assertThat(reason(lastFailureOfServer())).as("for the server").isEqualTo(reason);
        });
  }

  private static RefusalReason reason(TransferFailure failure) {
    if (failure instanceof TransferFailure.Refused refused) {
      return refused.reason();
    }
    return failure instanceof TransferFailure.Unstorable unstorable
        ? unstorable.cause().reason()
        : null;
  }

  private TransferFailure lastFailureOfServer() {
    return FerrySim.failure(sim.events.get(sim.events.size() - 1));
  }

  private void stallDisk(FerryCommand command) {
    SimPartialFileStore disk = disk(command);
    disk.stall(1L << 40);
    start(command);
    runUpTo(60 * Nanos.SECOND);
    sim.simulation.check(
        () ->
            assertThat(disk.storedBytes(command.transfer))
                .as("stored while the window was closed")
                .isLessThanOrEqualTo(EARLY_BYTES));
    disk.catchUp();
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
  }

  private void changeSource(FerryCommand command) {
    start(command);
    runUpTo(SOON_NS / 4);
    byte[] changed = Content.random(random.nextLong(), content.length);
    SimSourceFile source = source(command);
    if (source == null || command.isOver()) {
      sim.runUntilOver(command, LONG_ENOUGH_NS);
      return;
    }
    boolean noticed = random.nextBoolean();
    if (noticed) {
      source.fail(new SourceChangedException("changed on command"));
    } else {
      command.contents.add(changed);
      source.replace(changed);
    }
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    if (!command.isCompleted()) {
      sim.simulation.check(
          () -> {
            if (command.failure() instanceof TransferFailure.OutcomeUnknown) {
              assertThat(sim.publications(command)).isLessThanOrEqualTo(1);
            } else {
              assertThat(sim.publications(command)).isZero();
              shouldSayThatTheSourceChanged(command.failure(), noticed);
            }
          });
    }
  }

  private static void shouldSayThatTheSourceChanged(TransferFailure failure, boolean noticed) {
    if (!noticed) {
      assertThat(reason(failure)).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    } else if (failure instanceof TransferFailure.EndedByPeer ended) {
      assertThat(ended.code()).isEqualTo(Close.SOURCE_CHANGED);
    } else {
      // Nothing repeats a close that got lost.
      assertThat(failure)
          .isInstanceOfAny(TransferFailure.SourceFailed.class, TransferFailure.LostContact.class);
    }
  }

  private SimSourceFile source(FerryCommand command) {
    if (command.isPut()) {
      return command.source;
    }
    return sim.handedOut().isEmpty() ? null : sim.handedOut().get(0);
  }
}
