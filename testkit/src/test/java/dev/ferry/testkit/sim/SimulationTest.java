package dev.ferry.testkit.sim;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.PassiveEngine;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulator itself: a test that passes in it must mean something. */
class SimulationTest {
  private static final int DATAGRAMS = 2_000;
  private static final long INTERVAL_NS = Nanos.MILLISECOND;
  private static final InetSocketAddress FROM = Simulation.address(1, 1);
  private static final InetSocketAddress TO = Simulation.address(2, 2);

  /** What arrives, and when, counted from the start. */
  private record Arrival(long afterNs, int number) {}

  /** Sends a numbered datagram every millisecond. */
  private static final class Ticker implements Engine<Integer> {
    private long dueNs;
    private boolean due;
    private int number;

    Ticker(long startNs) {
      dueNs = Nanos.after(startNs, INTERVAL_NS);
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      throw new IllegalStateException("nobody sends to it");
    }

    @Override
    public void onUnreachable(long nowNs) {}

    @Override
    public void onDisconnected(long nowNs) {}

    @Override
    public boolean isEnded() {
      return false;
    }

    @Override
    public void onTimeout(long nowNs) {
      if (Nanos.isDue(dueNs, nowNs)) {
        due = true;
        dueNs = number == DATAGRAMS - 1 ? Nanos.NEVER : Nanos.after(dueNs, INTERVAL_NS);
      }
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (!due) {
        return false;
      }
      due = false;
      transmit.begin().putInt(number++);
      transmit.finish(TO);
      return true;
    }

    @Override
    public long nextTimeout() {
      return dueNs;
    }

    @Override
    public Integer pollEvent() {
      return null;
    }
  }

  /** Remembers what arrives. */
  private static final class Listener extends PassiveEngine<Arrival> {
    private final long startNs;
    private final List<Arrival> arrivals = new ArrayList<>();

    Listener(long startNs) {
      this.startNs = startNs;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      arrivals.add(new Arrival(nowNs - startNs, datagram.getInt()));
    }
  }

  private static List<Arrival> arrivals(long seed, String path) {
    Simulation simulation = Simulation.seeded(seed);
    simulation.impair(path);
    Listener listener = new Listener(simulation.nowNs());
    simulation.addHost(TO).run(listener);
    simulation.addHost(FROM).run(new Ticker(simulation.nowNs()));
    simulation.runFor(10 * Nanos.SECOND);
    return listener.arrivals;
  }

  @Test
  void shouldDeliverInOrderAndOnTime() {
    for (long seed = 0; seed < 4; seed++) {
      List<Arrival> arrivals = arrivals(seed, "delay=5ms");

      assertThat(arrivals).as("seed %d", seed).hasSize(DATAGRAMS);
      for (int i = 0; i < DATAGRAMS; i++) {
        // The clock steps over the one value that means never.
        assertThat(arrivals.get(i).number()).isEqualTo(i);
        assertThat(arrivals.get(i).afterNs())
            .as("seed %d", seed)
            .isCloseTo((i + 6) * INTERVAL_NS, within(2L));
      }
    }
  }

  @Test
  void shouldRunThroughTheOverflowOfTheClock() {
    Simulation simulation = Simulation.seeded(1);
    long startNs = simulation.nowNs();

    simulation.runFor(10 * Nanos.SECOND);

    assertThat(startNs).isPositive();
    assertThat(simulation.nowNs()).isNegative();
    assertThat(simulation.nowNs() - startNs).isEqualTo(10 * Nanos.SECOND);
  }

  @Test
  void shouldLoseAndDuplicateAsOftenAsAsked() {
    List<Arrival> lossy = arrivals(1, "loss=30%");
    List<Arrival> duplicated = arrivals(2, "duplicate=30%");

    assertThat(lossy.size()).isCloseTo(1_400, within(100));
    assertThat(duplicated.size()).isCloseTo(2_600, within(100));
    assertThat(arrivals(3, "loss=100%")).isEmpty();
    assertThat(arrivals(4, "duplicate=100%")).hasSize(2 * DATAGRAMS);
  }

  @Test
  void shouldReorderOnlyWhenAsked() {
    List<Arrival> jittered = arrivals(1, "delay=25ms,jitter=25ms");
    List<Arrival> reordered = arrivals(1, "reorder=50%:10ms");

    assertThat(jittered).extracting(Arrival::number).isSorted();
    assertThat(jittered).anyMatch(a -> a.afterNs() - a.number() * INTERVAL_NS > 40 * INTERVAL_NS);
    assertThat(reordered).hasSize(DATAGRAMS);
    assertThat(reordered.stream().map(Arrival::number).sorted())
        .isNotEqualTo(reordered.stream().map(Arrival::number).toList());
  }

  @Test
  void shouldRepeatARunExactly() {
    String harsh = "delay=4ms,jitter=3ms,loss=20%,duplicate=20%,replay=20%,reorder=20%:10ms";

    assertThat(arrivals(7, harsh)).isEqualTo(arrivals(7, harsh));
    assertThat(arrivals(7, harsh)).isNotEqualTo(arrivals(8, harsh));
  }

  @Test
  void shouldLoseEverythingWhileTheLinkIsCut() {
    Simulation simulation = Simulation.seeded(0);
    Listener listener = new Listener(simulation.nowNs());
    Host to = simulation.addHost(TO);
    to.run(listener);
    Host from = simulation.addHost(FROM);
    from.run(new Ticker(simulation.nowNs()));

    simulation.after(INTERVAL_NS * 21 / 2, nowNs -> simulation.cut(from, to));
    simulation.after(INTERVAL_NS * 41 / 2, nowNs -> simulation.restore(from, to));
    simulation.runFor(30 * INTERVAL_NS);

    assertThat(listener.arrivals).extracting(Arrival::number).doesNotContain(10, 15, 19);
    assertThat(listener.arrivals).extracting(Arrival::number).contains(0, 9, 20, 29).hasSize(20);
  }

  @Test
  void shouldShowTheSeedAndTheTraceWhenItFails() {
    Simulation simulation = Simulation.seeded(4711);
    Host to = simulation.addHost(TO);
    to.run(new Listener(simulation.nowNs()));
    simulation.inject(FROM, to, "\1\2\3\4 found".getBytes(US_ASCII));

    assertThatThrownBy(() -> simulation.runUntil(() -> false, Nanos.SECOND))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 4711")
        .hasMessageContaining("arrived")
        .hasMessageContaining("10.0.0.1:1 -> 10.0.0.2:2")
        .hasMessageContaining(".... found");
    assertThatThrownBy(() -> simulation.check(() -> assertThat(1).isEqualTo(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 4711");
  }
}
