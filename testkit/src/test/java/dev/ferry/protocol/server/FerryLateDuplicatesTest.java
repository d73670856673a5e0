package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets of a client in Ferry mode that the network delivers again when all is over. */
class FerryLateDuplicatesTest {
  private final FerrySim sim = new FerrySim(1);
  private final List<byte[]> packets = new ArrayList<>();
  private FerryCommand command;

  /** Runs a transfer, writes its client's packets down, and makes the client deaf. */
  private void finish(Manner manner) {
    sim.simulation.impair("delay=5ms");
    command = sim.command(manner, "a file", Content.random(1, 20_000));
    InetSocketAddress client = command.client.address();
    sim.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            if (from.equals(client)) {
              packets.add(datagram);
            }
          }
        });
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 10 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    command.client.kill();
  }

  private void replay(List<byte[]> again) {
    long before = sim.host.sent();
    for (byte[] packet : again) {
      sim.simulation.inject(command.client.address(), sim.host, packet);
    }
    sim.simulation.runFor(2 * Nanos.SECOND);
    sim.simulation.check(
        () -> {
          assertThat(sim.host.sent() - before).as("replies").isLessThanOrEqualTo(again.size());
          assertThat(sim.publications(command)).as("publications").isEqualTo(1);
          assertThat(sim.engine.openCount()).as("open files").isZero();
        });
  }

  private void replayEverything() {
    for (int i = 0; i < packets.size(); i++) {
      replay(packets.subList(i, i + 1));
      replay(packets.subList(0, i + 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldDoNothingAgainWhileItIsRemembered(Manner manner) {
    finish(manner);
    replay(packets);
    replayEverything();
    assertThat(sim.engine.ferry().connectionCount()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void shouldDoNothingAgainWhenItIsForgotten(Manner manner) {
    finish(manner);
    sim.simulation.runFor(400 * Nanos.SECOND);
    assertThat(sim.engine.nextTimeout()).isEqualTo(Nanos.NEVER);
    replayEverything();
    assertThat(sim.engine.ferry().connectionCount()).isZero();
  }
}
