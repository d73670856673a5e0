package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients whose packets come over streams, with a whole server, in virtual time. */
class StreamConnectionsTest {
  /** The first packets over a stream have 1400 bytes, header and tag included. */
  private static final int FIRST_PACKETS_CONTENT_BYTES = 1400 - 32;

  /** Everything arrives once and in order, one second later, at 10 kB/s. */
  private static final String SLOW = "delay=1s,rate=80kbit/s,queue=100MB";

  private static final InetAddress ANYWHERE = Simulation.address(7, 7).getAddress();

  private static final long LONG_ENOUGH_NS = 1000 * Nanos.SECOND;

  private static FerrySim sim(String path) {
    FerrySim sim = StreamsHost.simulation(1, new FerrySim.Options());
    sim.simulation.impair(path);
    return sim;
  }

  private static void shouldForgetEverything(FerrySim sim) {
    sim.shouldForgetEverything();
    assertThat(sim.engine.streams().count()).isZero();
  }

  private static List<TransferStats> stats(FerrySim sim, FerryCommand command) {
    TransferStats servers =
        sim.events.stream()
            .filter(e -> e instanceof ServerEvent.Ferry)
            .map(e -> ((ServerEvent.Ferry) e).event())
            .filter(e -> e instanceof TransferEvent.Finished)
            .map(e -> ((TransferEvent.Finished) e).stats())
            .findFirst()
            .orElseThrow();
    ClientEvent last = command.events.get(command.events.size() - 1);
    return List.of(((ClientEvent.Completed) last).stats(), servers);
  }

  /** The stream does what is needed for that; however long it takes, it is not done twice. */
  @ParameterizedTest
  @CsvSource({"PUT, 3000000", "GET, 3000000", "PUT, 0", "GET, 1"})
  void shouldSendNothingTwiceHoweverSlowTheStream(Manner manner, int bytes) {
    FerrySim sim = sim(SLOW);
    FerryCommand command = sim.command(manner, "f", Content.random(1, bytes)).overStream();
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, LONG_ENOUGH_NS);

    sim.shouldHaveSucceeded(command);
    sim.simulation.runFor(
        60 * Nanos.SECOND); // The end of a get is confirmed by the slow stream too.
    assertThat(stats(sim, command)).allMatch(stats -> stats.retransmissions() == 0);
    int packets = bytes / FIRST_PACKETS_CONTENT_BYTES + 1;
    long fromSender = manner == Manner.PUT ? command.client.sent() : sim.host.sent();
    assertThat(fromSender).isBetween((long) packets, packets + 60L);
    shouldForgetEverything(sim);
  }

  /** Where there is room, who is slow to begin may be busy. */
  @ParameterizedTest
  @CsvSource({"3, 10", "4, 60"})
  void shouldEndAStreamThatNeverBecomesAConnection(int places, int seconds) {
    FerrySim.Options options = new FerrySim.Options();
    options.limits = new ServerLimits(places, places, 10, 10);
    options.streams = places;
    FerrySim sim = StreamsHost.simulation(1, options);
    sim.simulation.impair("delay=1ms");
    SplittableRandom random = sim.simulation.newRandom();
    byte[] garbage = new byte[1200];
    for (int second = 0; second < seconds; second++) {
      random.nextBytes(garbage);
      garbage[0] |= (byte) 0x80;
      sim.simulation.inject(Simulation.address(7, 7), sim.host, garbage);
      sim.simulation.runFor(Nanos.SECOND);
      assertThat(sim.engine.streams().count()).isEqualTo(second < seconds - 1 ? 1 : 0);
    }
    shouldForgetEverything(sim);
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldEndAStreamWhoseClientSaysNothingAnyMore(Manner manner) {
    FerrySim sim = sim("delay=1ms,rate=8mbit/s,queue=100MB");
    FerryCommand command = sim.command(manner, "f", Content.random(1, 30_000_000)).overStream();
    command.run(sim.simulation.nowNs());
    sim.simulation.runFor(8 * Nanos.MILLISECOND);
    assertThat(sim.engine.streams().count()).isEqualTo(1);
    command.kill();

    sim.simulation.runFor(FerrySim.PATIENCE_NS - 3 * Nanos.SECOND);
    assertThat(sim.engine.streams().count()).isEqualTo(1);
    sim.simulation.runFor(13 * Nanos.SECOND);
    assertThat(sim.engine.streams().count()).isZero();
    assertThat(sim.engine.openCount()).isZero();
    assertThat(sim.events)
        .anyMatch(e -> FerrySim.failure(e) instanceof TransferFailure.LostContact);
  }

  @Test
  void shouldCloseStreamsWhenItIsStopped() {
    FerrySim sim = sim("delay=1ms,rate=8mbit/s,queue=100MB");
    FerryCommand command = sim.command(Manner.PUT, "f", Content.random(1, 3_000_000)).overStream();
    command.run(sim.simulation.nowNs());
    sim.simulation.runFor(Nanos.SECOND);
    sim.host.execute(sim.engine::stop);
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    assertThat(command.failure()).isInstanceOf(TransferFailure.EndedByPeer.class);
    assertThat(sim.engine.streams().open(ANYWHERE, sim.simulation.nowNs())).isNull();
    sim.simulation.runFor(10 * Nanos.SECOND);
    assertThat(sim.engine.streams().count()).isZero();
    assertThat(sim.engine.isStopped()).isTrue();
  }

  @Test
  void shouldTurnDownTheNextStreamAndGoOnWithTheOthers() {
    FerrySim.Options options = new FerrySim.Options();
    options.limits = new ServerLimits(1, 1, 4, 4);
    FerrySim sim = StreamsHost.simulation(1, options);
    sim.simulation.impair("delay=1ms,rate=8mbit/s,queue=100MB");
    long nowNs = sim.simulation.nowNs();
    FerryCommand command = sim.command(Manner.PUT, "f", Content.random(1, 300_000)).overStream();
    command.run(nowNs);
    sim.simulation.runFor(Nanos.SECOND / 10);
    Engine<ServerEvent> idle = sim.engine.streams().open(ANYWHERE, nowNs);
    assertThat(idle).isNotNull();
    assertThat(sim.engine.streams().open(ANYWHERE, nowNs)).isNull();

    sim.runUntilOver(command, 10 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    idle.onDisconnected(sim.simulation.nowNs());
    assertThat(idle.isEnded()).isTrue();
    assertThat(sim.engine.streams().open(ANYWHERE, sim.simulation.nowNs())).isNotNull();
  }

  /** Who asks, and does not listen, must not make the server remember all the answers. */
  @Test
  void shouldNotKeepAnswersForWhoDoesNotRead() {
    FerrySim sim = new FerrySim(1);
    SplittableRandom random = sim.simulation.newRandom();
    long nowNs = sim.simulation.nowNs();
    Engine<ServerEvent> stream = sim.engine.streams().open(ANYWHERE, nowNs);
    byte[] key = new byte[32];
    for (int i = 0; i < 1000; i++) {
      random.nextBytes(key);
      ByteBuffer hello = ByteBuffer.allocate(Hello.MIN_BYTES);
      HandshakeCodec.encode(
          new Hello(3, false, false, random.nextInt(), Bytes.EMPTY, Bytes.copyOf(key)), hello);
      stream.handle(hello.rewind(), Simulation.address(7, 7), nowNs);
    }
    Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES);
    int answers = 0;
    while (stream.pollTransmit(nowNs, transmit)) {
      answers++;
    }
    assertThat(answers).isBetween(1, 64);
  }

  /** Before a client has shown that it takes part, all that it can need is a hello. */
  @Test
  void shouldTakeSmallPacketsOnlyBeforeThereIsAConnection() {
    FerrySim sim = new FerrySim(1);
    Engine<ServerEvent> stream = sim.engine.streams().open(ANYWHERE, 0);
    assertThat(stream.largestDatagramBytes()).isEqualTo(StreamConnections.MAX_FIRST_PACKET_BYTES);
    assertThat(StreamConnections.MAX_FIRST_PACKET_BYTES).isGreaterThan(Hello.MIN_BYTES);
  }

  @Test
  void shouldLeaveAQuarterOfThePlacesToOtherNetworks() {
    FerrySim.Options options = new FerrySim.Options();
    options.limits = new ServerLimits(50, 50, 10, 10);
    StreamConnections streams = new FerrySim(1, options).engine.streams();
    List<Engine<ServerEvent>> held = new ArrayList<>();
    for (int i = 0; i < 75; i++) {
      held.add(streams.open(ANYWHERE, 0));
    }
    assertThat(held).doesNotContainNull();
    assertThat(streams.open(ANYWHERE, 0)).isNull();
    InetAddress elsewhere = Simulation.address(8, 8).getAddress();
    for (int i = 0; i < 25; i++) {
      assertThat(streams.open(elsewhere, 0)).isNotNull();
    }
    assertThat(streams.open(elsewhere, 0)).isNull();
    held.get(0).onDisconnected(1);
    assertThat(streams.open(ANYWHERE, 1)).isNotNull();
  }
}
