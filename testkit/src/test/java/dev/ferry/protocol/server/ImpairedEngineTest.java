package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.transport.ImpairedEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that plays the bad network itself, on a perfect one, in virtual time. */
class ImpairedEngineTest {
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;
  private static final byte[] CONTENT = Content.random(1, 20_000);

  private static ServerSim server(long seed, String in, String out) {
    return new ServerSim(
        seed,
        ServerLimits.DEFAULT,
        ServerSim.PUBLICATION_NS,
        engine -> ImpairedEngine.of(engine, Simulation.path(in), Simulation.path(out), seed));
  }

  private static Upload upload(ServerSim server) {
    Upload upload = server.upload(Dialect.SPACED, "a file", CONTENT);
    server.runUntilOver(upload, LONG_ENOUGH_NS);
    return upload;
  }

  @Test
  void shouldLeaveAnEngineAloneWithoutImpairments() {
    Engine<ServerEvent.Lab> engine = new ServerSim(0).engine;
    assertThat(ImpairedEngine.of(engine, ImpairmentSpec.NONE, ImpairmentSpec.NONE, 0))
        .isSameAs(engine);
  }

  @Test
  void shouldDelayWhatComesInAndWhatGoesOut() {
    ServerSim server = server(0, "delay=30ms", "delay=20ms");
    Upload upload = upload(server);
    assertThat(upload.completed().stats().smoothedRttNs()).isEqualTo(50 * Nanos.MILLISECOND);
    assertThat(upload.completed().stats().retransmissions()).isZero();
  }

  @Test
  void shouldLoseWhatItIsToldTo() {
    assertThat(upload(server(0, "loss=list:2+5", "delay=1ms")).completed().stats())
        .satisfies(stats -> assertThat(stats.retransmissions()).isEqualTo(2));
    assertThat(upload(server(0, "delay=1ms", "loss=list:2+5")).completed().stats())
        .satisfies(stats -> assertThat(stats.retransmissions()).isEqualTo(2));
  }

  /** The outages of both directions fall together; else one of the two would always be down. */
  @Test
  void shouldGetThroughWhereTheOutagesAreLong() {
    ServerSim server = server(1, "delay=60ms,blackhole=300ms/300ms", "blackhole=300ms/300ms");
    assertThat(server.store.published(upload(server).name)).isEqualTo(CONTENT);
  }

  /** Without duplicates: the simulation checks that a server answers nothing twice. */
  @ParameterizedTest
  @ValueSource(strings = {"loss=50%", "delay=30ms,jitter=30ms,loss=20%,reorder=20%:100ms"})
  void shouldStillPublish(String path) {
    for (long seed = 0; seed < 50; seed++) {
      ServerSim server = server(seed, path, "delay=30ms,jitter=30ms,loss=30%,reorder=20%:50ms");
      Upload upload = upload(server);
      server.simulation.check(
          () -> assertThat(server.store.published(upload.name)).isEqualTo(CONTENT));
    }
  }
}
