package dev.ferry.testkit.labpeers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.Jitter;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our sender against servers as they are met in the lab. */
class LabServersTest {
  private static final String NAME = "dir/f\u00fcr dich.bin";
  private static final int DATAGRAM_BYTES = 1472;
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;

  /** One upload of ours. */
  private static final class Upload {
    final Simulation simulation;
    final ScriptedServer server;
    final List<PeerEvent> serverEvents;
    final Host client;
    final List<SenderEvent> clientEvents;
    final byte[] content;

    Upload(
        Simulation simulation,
        ScriptedServer server,
        Dialect dialect,
        byte[] content,
        int datagramBytes) {
      this.simulation = simulation;
      this.server = server;
      this.content = content;
      Host serverHost = simulation.addHost(Simulation.address(1, 12300));
      serverEvents = serverHost.run(server);
      client = simulation.addHost(Simulation.address(2, 40000));
      clientEvents =
          client.run(
              new LabSender(
                  serverHost.address(),
                  new Start(dialect, 0, NAME, content.length, true),
                  Content.source(content),
                  datagramBytes,
                  RetransmissionPolicy.START));
    }

    SenderEvent end() {
      simulation.runUntil(() -> isEnd(last(clientEvents)), LONG_ENOUGH_NS);
      simulation.runFor(10 * Nanos.SECOND);
      return last(clientEvents);
    }

    private static SenderEvent last(List<SenderEvent> events) {
      return events.isEmpty() ? null : events.get(events.size() - 1);
    }

    private static boolean isEnd(SenderEvent event) {
      return event instanceof SenderEvent.Completed || event instanceof SenderEvent.Failed;
    }

    void shouldComplete(String storedName) {
      SenderEvent end = end();
      simulation.check(
          () -> {
            assertThat(end).isInstanceOf(SenderEvent.Completed.class);
            shouldHaveStored(storedName);
          });
    }

    void shouldHaveStored(String storedName) {
      assertThat(serverEvents).containsExactly(new PeerEvent.Done(storedName));
      assertThat(server.file(storedName)).isEqualTo(content);
    }
  }

  private static Stream<Arguments> mannersAndContents() {
    List<byte[]> contents =
        List.of(
            new byte[0],
            Content.random(1, 1),
            Content.random(2, 1016),
            Content.random(3, 1017),
            Content.random(4, 50_000),
            Content.delimiters(5_000));
    return Stream.of(ServerManner.values())
        .flatMap(
            manner ->
                contents.stream().map(content -> Arguments.of(manner, content.length, content)));
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("mannersAndContents")
  void shouldDeliverToEveryServer(ServerManner manner, int sizeBytes, byte[] content) {
    Simulation simulation = Simulation.seeded(sizeBytes);
    simulation.impair("delay=5ms");

    Upload upload =
        new Upload(simulation, manner.create(), manner.dialect(), content, DATAGRAM_BYTES);

    upload.shouldComplete(manner.storedName(NAME));
    simulation.check(() -> assertThat(upload.server.duplicates()).isZero());
  }

  /** Sessions with one of these cannot go on when an acknowledgement is lost for good. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"MUTE_ON_DUPLICATES", "APPENDING", "REFERENCE"})
  void shouldDeliverOverALossyPath(ServerManner manner) {
    for (long seed = 0; seed < 20; seed++) {
      Simulation simulation = Simulation.seeded(seed);
      simulation.impair("delay=5ms,loss=5%");

      new Upload(
              simulation,
              manner.create(),
              manner.dialect(),
              Content.random(seed, 30_000),
              DATAGRAM_BYTES)
          .shouldComplete(manner.storedName(NAME));
    }
  }

  @Test
  void shouldUseTheWholeBufferOfTheServer() {
    Upload upload =
        new Upload(
            Simulation.seeded(0),
            new CrashingServer(65_507),
            Dialect.SPACED,
            Content.random(0, 200_000),
            65_507);

    upload.shouldComplete(NAME);

    assertThat(upload.client.sent()).isEqualTo(1 + 4);
  }

  /** It may happen that the only acknowledgement of the last chunk is lost. */
  @Test
  void shouldDeliverToTheFaultyReferenceServerOrSayThatTheOutcomeIsUnknown() {
    int completed = 0;
    int seeds = 100;
    for (long seed = 0; seed < seeds; seed++) {
      Upload upload =
          new Upload(
              Simulation.seeded(seed),
              new FaultyReferenceServer(new SplittableRandom(seed)),
              Dialect.SPACED,
              Content.random(seed, 50_000),
              DATAGRAM_BYTES);
      SenderEvent end = upload.end();
      upload.simulation.check(
          () -> {
            upload.shouldHaveStored(NAME);
            if (end instanceof SenderEvent.Failed failed) {
              assertThat(failed.failure()).isEqualTo(new TransferFailure.OutcomeUnknown());
            }
          });
      completed += end instanceof SenderEvent.Completed ? 1 : 0;
    }
    assertThat(completed).isGreaterThan(seeds * 85 / 100).isLessThan(seeds);
  }

  /** Four servers of the lab would store a chunk twice. */
  @ParameterizedTest
  @MethodSource("roundTrips")
  void shouldNotRepeatChunksWithoutNeed(long oneWayNs, long jitterNs) {
    for (long seed = 0; seed < 20; seed++) {
      Simulation simulation = Simulation.seeded(seed);
      Jitter upTo = new Jitter(Jitter.Shape.UNIFORM, jitterNs / 2, 0);
      simulation.impair(ImpairmentSpec.NONE.withDelay(oneWayNs + jitterNs / 2, upTo));
      Upload upload =
          new Upload(
              simulation,
              new AppendingServer(),
              Dialect.SPACED,
              Content.random(seed, 50_000),
              DATAGRAM_BYTES);

      upload.shouldComplete(NAME);
    }
  }

  private static Stream<Arguments> roundTrips() {
    return Stream.of(
        Arguments.of(Nanos.MILLISECOND, 0L),
        Arguments.of(Nanos.MILLISECOND, 200 * Nanos.MILLISECOND),
        Arguments.of(249 * Nanos.MILLISECOND, 0L),
        Arguments.of(375 * Nanos.MILLISECOND, 0L),
        Arguments.of(375 * Nanos.MILLISECOND, 10 * Nanos.MILLISECOND),
        Arguments.of(375 * Nanos.MILLISECOND, 100 * Nanos.MILLISECOND),
        Arguments.of(750 * Nanos.MILLISECOND, 0L));
  }

  /** To the reference server a chunk ahead of order is lost although it is acknowledged. */
  @ParameterizedTest
  @MethodSource("referenceServers")
  void shouldNeverSendAheadOfOrder(Function<SplittableRandom, ReferenceServer> create) {
    for (long seed = 0; seed < 50; seed++) {
      Simulation simulation = Simulation.seeded(seed);
      simulation.impair("delay=20ms,loss=2%,duplicate=10%,replay=10%,reorder=20%:80ms");
      ReferenceServer server = create.apply(new SplittableRandom(seed));
      Upload upload =
          new Upload(
              simulation, server, Dialect.SPACED, Content.random(seed, 20_000), DATAGRAM_BYTES);
      SenderEvent end = upload.end();
      simulation.check(
          () -> {
            assertThat(server.thrownAway()).isZero();
            assertThat(server.file(NAME)).isEqualTo(upload.content);
            if (end instanceof SenderEvent.Failed failed) {
              assertThat(failed.failure()).isEqualTo(new TransferFailure.OutcomeUnknown());
            }
          });
    }
  }

  private static Stream<Function<SplittableRandom, ReferenceServer>> referenceServers() {
    return Stream.of(random -> new ReferenceServer(), FaultyReferenceServer::new);
  }
}
