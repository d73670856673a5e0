package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.server.Fault.Event;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Uploads between our own ends under every fault, in virtual time; what {@link ServerSim} promises
 * is checked after every event. docs/testing.md says how to run more seeds.
 */
@Tag("statistics")
class FaultTableTest {
  private static final long SEEDS = Long.getLong("ferry.sim.seeds", 1000);
  private static final long FIRST_SEED = Long.getLong("ferry.sim.first-seed", 0);
  private static final String ONLY = System.getProperty("ferry.sim.fault", "");

  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;
  private static final int CHUNK_BYTES = 1464;

  static Stream<Fault> faults() {
    return Stream.of(Fault.values()).filter(f -> ONLY.isEmpty() || f.name().equals(ONLY));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldSurvive(Fault fault) {
    long unanswered = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        unanswered += new Scenario(fault, new ServerSim(seed), seed).run() ? 0 : 1;
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + replay(fault, seed), e);
      }
    }
    // At 50 % loss each way one start in 30,000 finds no answer within 20 s.
    assertThat(unanswered).as("gave up before any answer").isLessThanOrEqualTo(1 + SEEDS / 5_000);
  }

  private static String replay(Fault fault, long seed) {
    return String.format(
        Locale.ROOT,
        "%nTo run it again: ./mvnw -pl testkit -am test -Dtest=FaultTableTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dferry.sim.fault=%s"
            + " -Dferry.sim.first-seed=%d -Dferry.sim.seeds=1 -Dferry.sim.trace=/tmp/trace.txt",
        fault,
        seed);
  }

  /** One run. */
  static final class Scenario {
    private final Fault fault;
    private final ServerSim server;
    private final SplittableRandom random;
    private final Dialect dialect;
    private final byte[] content;
    private final ArrivalCount arrivals = new ArrivalCount(ServerSim.ADDRESS);

    Scenario(Fault fault, ServerSim server, long seed) {
      this.fault = fault;
      this.server = server;
      this.random = server.simulation.newRandom();
      this.dialect = seed % 4 < 2 ? Dialect.SPACED : Dialect.COMPACT;
      this.content = Content.random(seed, size(random));
      server.simulation.impair(fault.path().withRebinding(Rebinding.NEVER));
      server.simulation.tap(arrivals);
    }

    /** Sizes around the edges, and others. */
    private static int size(SplittableRandom random) {
      int chunks = random.nextInt(1, 20);
      return switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> 1;
        case 2 -> chunks * CHUNK_BYTES - 1;
        case 3 -> chunks * CHUNK_BYTES + 1;
        case 4 -> chunks * CHUNK_BYTES;
        default -> random.nextInt(20 * CHUNK_BYTES);
      };
    }

    /** Whether the upload was ever answered, unless something prevented it. */
    boolean run() {
      Upload upload = server.upload(dialect, "a file", content);
      server.simulation.link(upload.client.address(), ServerSim.ADDRESS).impair(fault.path());
      server.simulation.enterOutagesAnywhere(upload.client, server.host);
      switch (fault.event()) {
        case NONE -> shouldArriveOnce(upload);
        case DAMAGE -> {
          server.expectDamage();
          server.runUntilOver(upload, LONG_ENOUGH_NS);
        }
        case MOVE -> server.runUntilOver(upload, LONG_ENOUGH_NS);
        case BLACKHOLE -> blackhole(upload);
        case CLIENT_KILLED -> killClient(upload);
        case SERVER_KILLED -> killServer(upload);
        case RACE -> race(upload);
      }
      if (fault.event() == Event.MOVE && !completed(upload)) {
        // The file arrives when the upload is repeated from where the client is now.
        server.simulation.impair("delay=10ms");
        repeat();
      }
      server.shouldForgetEverything();
      return fault.event() != Event.NONE || answered(upload);
    }

    private static boolean answered(Upload upload) {
      return upload.events.stream().anyMatch(SenderEvent.Connected.class::isInstance)
          || completed(upload);
    }

    private static boolean completed(Upload upload) {
      return upload.events.stream().anyMatch(SenderEvent.Completed.class::isInstance);
    }

    private void shouldArriveOnce(Upload upload) {
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      if (!answered(upload)) {
        return;
      }
      server.simulation.check(
          () -> {
            assertThat(completed(upload)).as("completed").isTrue();
            // Whatever arrives twice from the start to the end is another upload; an empty file
            // is not even then.
            int times = content.length == 0 ? 1 : arrivals.ofEverything(upload.client.address());
            assertThat(server.store.publications()).as("publications").isBetween(1, times);
            // A storm would show here: every message once, and once more for each timeout.
            assertThat(upload.client.sent())
                .as("datagrams sent")
                .isLessThanOrEqualTo(2 + content.length / 1400 + upload.client.timeouts());
            assertThat(server.host.sent()).isLessThanOrEqualTo(server.host.received());
          });
    }

    private void repeat() {
      Upload again = server.upload(dialect, "a file", content);
      server.runUntilOver(again, LONG_ENOUGH_NS);
      server.simulation.check(
          () -> {
            assertThat(completed(again)).as("repeated").isTrue();
            assertThat(server.store.published("a file")).isEqualTo(content);
          });
    }

    private void blackhole(Upload upload) {
      server.simulation.runFor(random.nextLong(400 * Nanos.MILLISECOND));
      server.simulation.cut(upload.client, server.host);
      server.simulation.runFor(60 * Nanos.SECOND);
      server.simulation.restore(upload.client, server.host);
      long acknowledged = upload.sender.acknowledgedBytes();
      // Before any answer there may be no server at all, and the client gives up sooner.
      if (acknowledged > 0 && !upload.isOver()) {
        server.simulation.runUntil(
            () -> upload.sender.acknowledgedBytes() > acknowledged || upload.isOver(),
            5 * Nanos.SECOND);
        shouldArriveOnce(upload);
      }
    }

    private void killClient(Upload upload) {
      server.simulation.runFor(random.nextLong(400 * Nanos.MILLISECOND));
      upload.client.kill();
      server.simulation.runFor(random.nextLong(5 * Nanos.SECOND));
      repeat();
    }

    private void killServer(Upload upload) {
      server.simulation.runFor(random.nextLong(400 * Nanos.MILLISECOND));
      server.crash(random);
      server.simulation.runFor(random.nextLong(2 * Nanos.SECOND));
      server.restart();
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      if (!completed(upload)) {
        repeat();
      }
    }

    private void race(Upload upload) {
      server.simulation.runFor(random.nextLong(400 * Nanos.MILLISECOND));
      Upload rival = server.upload(dialect, "a file", Content.random(random.nextLong(), 5_000));
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      server.runUntilOver(rival, LONG_ENOUGH_NS);
      server.simulation.check(
          () -> {
            assertThat(completed(upload) && completed(rival)).as("both").isTrue();
            assertThat(server.store.publications("a file")).isEqualTo(2);
          });
    }
  }
}
