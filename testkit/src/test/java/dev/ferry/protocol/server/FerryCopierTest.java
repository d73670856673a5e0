package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.PassiveEngine;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody copies the packets of a client, delivers the copies first, from an address of his own,
 * and keeps what the server answers there. He drops nothing.
 */
class FerryCopierTest {
  private static final int SEEDS = 10;
  private static final long BYTES_PER_SECOND = 1_000_000;
  private static final String PATH = "delay=10ms,rate=8mbit/s,queue=40KB";

  /** He is faster than the path by the rest of its delay. */
  private static final long DELAY_NS = 2 * Nanos.MILLISECOND;

  /** Without him an end is told within a round trip, which takes 60 ms at most. */
  private static final long FEW_ROUND_TRIPS_NS = 250 * Nanos.MILLISECOND;

  /** Where he is, what he copies, and what is lost besides. */
  private enum Copying {
    ALL_FROM_ANOTHER_HOST(9, 100, PATH),
    ALL_FROM_ANOTHER_PORT(1000, 100, PATH),
    MOST_FROM_ANOTHER_HOST(9, 90, PATH),
    MOST_FROM_ANOTHER_PORT(1000, 90, PATH),
    SOME_FROM_ANOTHER_HOST(9, 30, PATH),
    ALL_WHERE_PACKETS_GET_LOST(9, 100, PATH + ",loss=3%");

    private final int host;
    private final int percent;
    private final String path;

    Copying(int host, int percent, String path) {
      this.host = host;
      this.percent = percent;
      this.path = path;
    }

    InetSocketAddress address() {
      return Simulation.address(host, 9);
    }
  }

  private static final class Copier implements Tap {
    private final FerrySim sim;
    private final Host client;
    private final Copying copying;
    private final SplittableRandom random;
    private final long sinceNs;
    private long freeNs;
    private int kept;

    Copier(FerrySim sim, Host client, Copying copying, long sinceNs) {
      this.sim = sim;
      this.client = client;
      this.copying = copying;
      this.random = sim.simulation.newRandom();
      this.sinceNs = sinceNs;
      this.freeNs = sim.simulation.nowNs();
    }

    @Override
    public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      long nowNs = sim.simulation.nowNs();
      if (!from.equals(client.address()) || nowNs - sinceNs < 0) {
        return;
      }
      long fromNs = freeNs - nowNs < 0 ? nowNs : freeNs;
      freeNs = fromNs + datagram.length * Nanos.SECOND / BYTES_PER_SECOND;
      if (random.nextInt(100) < copying.percent) {
        sim.simulation.after(
            freeNs - nowNs + DELAY_NS,
            now -> sim.simulation.inject(copying.address(), sim.host, datagram));
      }
    }

    @Override
    public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      kept += to.equals(copying.address()) ? 1 : 0;
    }
  }

  private static final class Silent extends PassiveEngine<String> {
    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}
  }

  private static Stream<Arguments> cases() {
    return Stream.of(Manner.values())
        .flatMap(
            manner -> Stream.of(Copying.values()).map(copying -> Arguments.of(manner, copying)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellTheEndToTheClient(Manner manner, Copying copying) {
    for (long seed = 0; seed < SEEDS; seed++) {
      FerrySim sim = new FerrySim(seed);
      sim.simulation.impair(copying.path);
      SplittableRandom random = sim.simulation.newRandom();
      int bytes = random.nextInt(50_000, 2_000_000);
      FerryCommand command = sim.command(manner, "a file", Content.random(seed, bytes));
      sim.simulation.addHost(copying.address()).run(new Silent());
      long beganNs = sim.simulation.nowNs();
      long sinceNs = beganNs + (random.nextBoolean() ? 0 : random.nextLong(Nanos.SECOND));
      Copier copier = new Copier(sim, command.client, copying, sinceNs);
      sim.simulation.tap(copier);
      command.run(beganNs);

      long usualNs = bytes * Nanos.SECOND / BYTES_PER_SECOND;
      sim.simulation.runUntil(() -> sim.publications(command) > 0, 2 * usualNs + 2 * Nanos.SECOND);
      sim.simulation.runUntil(
          () -> command.isOver() && command.engine.mayLeave(0), FEW_ROUND_TRIPS_NS);

      sim.shouldHaveSucceeded(command);
      sim.simulation.check(() -> assertThat(copier.kept).isLessThan((int) (sim.host.sent() / 2)));
      sim.shouldForgetEverything();
    }
  }
}
