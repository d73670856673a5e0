package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.labpeers.ClientKind;
import dev.ferry.testkit.labpeers.PeerEvent;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients as they are met in the lab against our server. */
class LabClientsTest {
  private static final String NAME = "f\u00fcr dich.bin";
  private static final long MS = Nanos.MILLISECOND;
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;

  private static String storedName(ClientKind kind) {
    return kind.namesOnlyAnExtension() ? "invented-1.txt" : NAME;
  }

  private static void shouldDeliver(ServerSim server, ClientKind kind, byte[] content) {
    List<PeerEvent> events =
        server
            .simulation
            .addHost(server.newAddress())
            .run(kind.create(ServerSim.ADDRESS, NAME, content, server.simulation.newRandom()));
    server.simulation.runUntil(() -> !events.isEmpty(), LONG_ENOUGH_NS);
    server.simulation.runFor(10 * Nanos.SECOND);
    server.simulation.check(
        () -> {
          assertThat(events).hasSize(1).hasOnlyElementsOfType(PeerEvent.Done.class);
          assertThat(server.store.names()).containsExactly(storedName(kind));
          assertThat(server.store.publications()).isEqualTo(1);
          assertThat(server.store.published(storedName(kind))).isEqualTo(content);
        });
    server.shouldForgetEverything();
  }

  private static Stream<Arguments> kindsAndContents() {
    List<byte[]> contents =
        List.of(
            new byte[0],
            Content.random(1, 1),
            Content.random(2, 1464),
            Content.random(3, 1465),
            Content.random(4, 100_000),
            Content.delimiters(10_000));
    return Stream.of(ClientKind.values())
        .flatMap(
            kind -> contents.stream().map(content -> Arguments.of(kind, content.length, content)));
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("kindsAndContents")
  void shouldServeEveryClient(ClientKind kind, int sizeBytes, byte[] content) {
    ServerSim server = new ServerSim(sizeBytes);
    server.simulation.impair("delay=5ms");
    shouldDeliver(server, kind, content);
  }

  /** The strict ones cannot live with a second acknowledgement of a message that they repeated. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"STRICT", "STRICT_FROM_39"})
  void shouldServeOverALossyPath(ClientKind kind) {
    for (long seed = 0; seed < 30; seed++) {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair("delay=5ms,loss=5%");
      shouldDeliver(server, kind, Content.random(seed, 40_000));
    }
  }

  /** Loss before the server does no harm even to them: they repeat, and get one answer. */
  @ParameterizedTest
  @EnumSource
  void shouldServeWhenOnlyTheWayToTheServerIsLossy(ClientKind kind) {
    for (long seed = 0; seed < 30; seed++) {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair("delay=5ms");
      server
          .simulation
          .link(Simulation.address(1000, 40_000), ServerSim.ADDRESS)
          .impair(Simulation.path("delay=5ms,loss=5%"));
      shouldDeliver(server, kind, Content.random(seed, 40_000));
    }
  }

  /** Whoever repeats the last chunk while the disk is busy gets one acknowledgement, not three. */
  @ParameterizedTest
  @EnumSource
  void shouldAnswerTheLastChunkOnceHoweverLongThePublicationTakes(ClientKind kind) {
    for (int sizeBytes : new int[] {0, 1, 5_000}) {
      ServerSim server = new ServerSim(sizeBytes, ServerLimits.DEFAULT, 1_800 * MS);
      server.simulation.impair("delay=5ms");
      shouldDeliver(server, kind, Content.random(1, sizeBytes));
    }
  }

  @Test
  void shouldServeAllOfThemAtOnce() {
    ServerSim server = new ServerSim(1);
    server.simulation.impair("delay=5ms");
    List<List<PeerEvent>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (ClientKind kind : ClientKind.values()) {
        all.add(
            server
                .simulation
                .addHost(server.newAddress())
                .run(
                    kind.create(
                        ServerSim.ADDRESS,
                        NAME,
                        Content.random(all.size(), 20_000),
                        server.simulation.newRandom())));
      }
    }

    server.simulation.runUntil(() -> all.stream().noneMatch(List::isEmpty), LONG_ENOUGH_NS);

    server.simulation.check(
        () ->
            assertThat(all)
                .allSatisfy(
                    events -> assertThat(events).hasOnlyElementsOfType(PeerEvent.Done.class)));
    assertThat(server.store.publications()).isEqualTo(all.size());
    server.shouldForgetEverything();
  }
}
