package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.PassiveEngine;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link SampledEngine}: when samples are taken. */
class SampledEngineTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long START = Long.MAX_VALUE - 50 * MS;

  private final List<Long> sampledMs = new ArrayList<>();

  /** Has an event when it is told to. */
  private static final class Scripted extends PassiveEngine<ClientEvent> {
    ClientEvent event;

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}

    @Override
    public ClientEvent pollEvent() {
      ClientEvent reported = event;
      event = null;
      return reported;
    }
  }

  private final Scripted engine = new Scripted();
  private final SampledEngine<ClientEvent> sampled =
      new SampledEngine<>(
          engine,
          100 * MS,
          ns -> sampledMs.add((ns - START) / MS),
          event -> event.kind() != ClientEvent.Kind.CONNECTED,
          START);

  private void turn(long ms) {
    sampled.onTimeout(Nanos.after(START, ms * MS));
    while (sampled.pollEvent() != null) {}
  }

  @Test
  void shouldSampleAtRegularTimesHoweverLateItIs() {
    turn(0);
    assertThat(sampled.nextTimeout()).isEqualTo(Nanos.after(START, 100 * MS));
    turn(50);
    turn(103);
    assertThat(sampled.nextTimeout()).isEqualTo(Nanos.after(START, 200 * MS));
    turn(450);
    assertThat(sampled.nextTimeout()).isEqualTo(Nanos.after(START, 500 * MS));
    assertThat(sampledMs).containsExactly(0L, 103L, 450L);
  }

  @Test
  void shouldSampleOnceMoreAtTheEndAndThenNoMore() {
    turn(0);
    engine.event = new ClientEvent.Connected(ClientEvent.Mode.FERRY, 1472, 1, 0);
    turn(10);
    engine.event =
        new ClientEvent.Failed(new TransferFailure.Stopped(), new TransferStats(0, 0, 0, 0, -1));
    turn(30);
    turn(900);
    assertThat(sampledMs).containsExactly(0L, 30L);
    assertThat(sampled.nextTimeout()).isEqualTo(Nanos.NEVER);
  }
}
