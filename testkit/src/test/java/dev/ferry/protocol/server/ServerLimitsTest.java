package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients, honest and not, and what the server allows them. */
class ServerLimitsTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;
  private static final int STRANGERS = 1 << 20;
  private static final int FLOOD = 200_000;

  private static InetSocketAddress stranger(int number) {
    return Simulation.address(STRANGERS + number, 4_444);
  }

  private static byte[] start(String name, long sizeBytes, boolean own) {
    String format = own ? "s | 0 | %s | %020d" : "s | 0 | %s | %d";
    return String.format(Locale.ROOT, format, name, sizeBytes).getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldHoldTenThousandHalfOpenStartsWithoutAPartFile(boolean own) {
    ServerSim server = new ServerSim(1);
    server.simulation.impair("delay=10ms");
    for (int i = 0; i < 10_000; i++) {
      assertThat(server.ask(stranger(i), start("file-" + i, Long.MAX_VALUE - 10, own))).hasSize(1);
    }

    assertThat(server.engine.peerCount()).isEqualTo(10_000);
    assertThat(server.store.opened()).isZero();
    Upload honest = server.upload(Dialect.SPACED, "honest", Content.random(1, 100_000));
    server.runUntilOver(honest, LONG_ENOUGH_NS);
    server.shouldHavePublishedOnce(honest);
    server.shouldForgetEverything();
    assertThat(server.store.opened()).isEqualTo(1);
    assertThat(server.audit.replies()).isLessThan(10_000 + 200);
  }

  @Test
  void shouldDropTheOldestHalfOpenStartFirst() {
    ServerSim server = new ServerSim(2, new ServerLimits(10, 10, 100, 10), 0);
    for (int i = 0; i < 250; i++) {
      server.ask(stranger(i), start("file", 10, false));
    }

    assertThat(server.engine.peerCount()).isEqualTo(100);
    assertThat(server.ask(stranger(149), "d | 1 | abc")).isEmpty();
    assertThat(server.ask(stranger(150), "d | 1 | abc")).containsExactly("a | 2");
    assertThat(server.ask(stranger(249), "d | 1 | abc")).containsExactly("a | 2");
  }

  /** A hundred strangers a millisecond, many times more than are remembered. */
  @Test
  void shouldServeAnHonestClientInAFloodOfStarts() {
    ServerSim server = new ServerSim(3);
    server.simulation.impair("delay=10ms,loss=1%");
    byte[] start = start("flood", 1_000_000, true);
    int[] count = new int[1];
    flood(server, start, count);
    List<Upload> honest = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      server.simulation.after(
          number * 400L * MS,
          nowNs ->
              honest.add(
                  server.upload(
                      Dialect.SPACED, "honest-" + number, Content.random(number, 100_000))));
    }

    server.simulation.runUntil(
        () -> honest.size() == 5 && honest.stream().allMatch(Upload::isOver), 15 * Nanos.SECOND);

    honest.forEach(server::shouldHavePublishedOnce);
    server.simulation.runUntil(() -> count[0] == FLOOD, LONG_ENOUGH_NS);
    assertThat(server.engine.peerCount())
        .isLessThanOrEqualTo(ServerLimits.DEFAULT.halfOpen() + honest.size());
    assertThat(server.store.opened()).isEqualTo(honest.size());
  }

  private static void flood(ServerSim server, byte[] start, int[] count) {
    for (int i = 0; i < 100; i++) {
      server.simulation.inject(stranger(count[0]++), server.host, start);
    }
    if (count[0] < FLOOD) {
      server.simulation.after(MS, nowNs -> flood(server, start, count));
    }
  }

  @Test
  void shouldServeFiftyClientsAtOnce() {
    ServerSim server = new ServerSim(4);
    server.simulation.impair("delay=10ms,loss=5%,duplicate=5%,replay=5%");
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      uploads.add(
          server.upload(
              i % 2 == 0 ? Dialect.SPACED : Dialect.COMPACT,
              "file-" + i,
              Content.random(i, 30_000 + 1_000 * i)));
    }

    server.runUntilOver(uploads, LONG_ENOUGH_NS);

    uploads.forEach(server::shouldHavePublishedOnce);
    server.shouldForgetEverything();
  }

  @Test
  void shouldPublishOneCompleteFileOfTwentyWithTheSameName() {
    ServerSim server = new ServerSim(5);
    server.simulation.impair("delay=13ms,jitter=3ms,loss=5%");
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      uploads.add(server.upload(Dialect.SPACED, "same", Content.random(i, 50_000)));
    }

    server.runUntilOver(uploads, LONG_ENOUGH_NS);

    assertThat(server.store.publications("same")).isEqualTo(20);
    assertThat(uploads.stream().map(upload -> upload.content))
        .contains(server.store.published("same"));
    uploads.forEach(Upload::completed);
    server.shouldForgetEverything();
  }

  @Test
  void shouldTurnDownMoreThanSoManyInAll() {
    ServerSim server = new ServerSim(6, new ServerLimits(2, 2, 100, 100), 0);
    server.ask(stranger(1), start("one", 6, false));
    server.ask(stranger(1), "d | 1 | abc");
    server.ask(stranger(2), start("two", 6, true));
    server.ask(stranger(2), "d | 1 | abc");

    server.ask(stranger(3), start("three", 6, false));
    assertThat(server.ask(stranger(3), "d | 1 | abc")).as("a lab client").isEmpty();
    Upload third = server.upload(Dialect.SPACED, "mine", Content.random(1, 10));
    server.runUntilOver(third, Nanos.SECOND);
    assertThat(third.failure()).isEqualTo(new TransferFailure.Refused(RefusalReason.BUSY));

    server.ask(stranger(1), "d | 2 | def");
    server.simulation.runFor(1);
    Upload fourth = server.upload(Dialect.SPACED, "mine", Content.random(1, 10));
    server.runUntilOver(fourth, Nanos.SECOND);
    server.shouldHavePublishedOnce(fourth);
    server.shouldForgetEverything();
  }

  @Test
  void shouldTurnDownMoreThanSoManyOfOneAddress() {
    ServerSim server = new ServerSim(7, new ServerLimits(10, 2, 100, 100), 0);
    for (int port = 1; port <= 3; port++) {
      InetSocketAddress client = new InetSocketAddress(stranger(1).getAddress(), port);
      server.ask(client, start("file", 6, true));
      assertThat(server.ask(client, "d | 1 | abc"))
          .containsExactly(port <= 2 ? "a | 2" : "r | 1 | 1");
    }
    server.ask(stranger(2), start("file", 6, true));
    assertThat(server.ask(stranger(2), "d | 1 | abc")).containsExactly("a | 2");
    assertThat(server.engine.openCount()).isEqualTo(3);
    server.shouldForgetEverything();
  }

  /** A byte a minute is enough never to be silent for too long. */
  @Test
  void shouldEndTwoThousandClientsOfAByteAMinute() {
    int limit = ServerLimits.DEFAULT.sessions();
    ServerSim server = new ServerSim(8);
    server.simulation.impair("delay=10ms");
    for (int i = 0; i < 2_000; i++) {
      server.ask(stranger(i), start("slow", 1_000_000, true));
      List<String> expected = List.of(i < limit ? "a | 2" : "r | 1 | 1");
      assertThat(server.ask(stranger(i), "d | 1 | x")).isEqualTo(expected);
    }
    for (int minute = 1; minute <= 2; minute++) {
      server.simulation.runFor(59 * Nanos.SECOND);
      for (int i = 0; i < limit; i++) {
        assertThat(server.ask(stranger(i), "d | " + (minute + 1) + " | x")).hasSize(1);
      }
    }
    assertThat(server.engine.openCount()).isEqualTo(limit);

    server.simulation.runFor(3 * Nanos.SECOND);

    assertThat(server.engine.openCount()).isZero();
    assertThat(server.store.openParts()).isZero();
    assertThat(server.events)
        .filteredOn(e -> e.event() instanceof ReceiverEvent.Failed f && f.cause() == Cause.TOO_SLOW)
        .hasSize(limit);
    Upload honest = server.upload(Dialect.SPACED, "honest", Content.random(1, 100_000));
    server.runUntilOver(honest, LONG_ENOUGH_NS);
    server.shouldHavePublishedOnce(honest);
  }

  @Test
  void shouldRememberOnlySoManyFinishedTransfers() {
    ServerSim server = new ServerSim(9, new ServerLimits(10, 10, 100, 20), 0);
    for (int i = 0; i < 50; i++) {
      server.ask(stranger(i), start("file-" + i, 3, false));
      server.ask(stranger(i), "d | 1 | abc");
      server.simulation.runFor(MS);
    }

    assertThat(server.store.publications()).isEqualTo(50);
    assertThat(server.engine.peerCount()).isEqualTo(20);
    assertThat(server.ask(stranger(29), "d | 1 | abc")).isEmpty();
    assertThat(server.ask(stranger(30), "d | 1 | abc")).containsExactly("a | 2");
    server.simulation.runFor(ReceiverConfig.DEFAULT.rememberNs());
    assertThat(server.ask(stranger(49), "d | 1 | abc")).isEmpty();
    server.shouldForgetEverything();
  }
}
