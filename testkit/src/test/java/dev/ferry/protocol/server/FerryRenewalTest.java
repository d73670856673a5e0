package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients whose server has forgotten the handshake before it heard anything more of them. */
class FerryRenewalTest {
  /** A client that is being welcomed, and nothing more arrives at the server. */
  private static FerryCommand welcomed(FerrySim sim, Manner manner) {
    sim.simulation.impair("delay=10ms");
    FerryCommand command = sim.start(manner, "a file", Content.random(1, 50_000));
    long greetings = manner == Manner.PUT_VIA_LAB ? 2 : 1;
    sim.simulation.runUntil(() -> sim.host.received() == greetings, Nanos.SECOND);
    sim.simulation.link(command.client.address(), FerrySim.ADDRESS).cut();
    sim.simulation.runFor(20 * Nanos.MILLISECOND);
    return command;
  }

  @ParameterizedTest
  @EnumSource
  void shouldShakeHandsAgainWithAServerThatWasRestarted(Manner manner) {
    FerrySim sim = new FerrySim(1);
    FerryCommand command = welcomed(sim, manner);
    sim.crash();
    sim.restart();
    sim.simulation.restore(command.client, sim.host);

    sim.runUntilOver(command, 10 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldShakeHandsAgainAfterAnOutage(Manner manner) {
    FerrySim sim = new FerrySim(2);
    FerryCommand command = welcomed(sim, manner);
    sim.simulation.runFor(60 * Nanos.SECOND);
    sim.simulation.restore(command.client, sim.host);

    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "PUT_VIA_LAB"})
  void shouldNotBeEndedByItsOwnPast(Manner manner) {
    FerrySim sim = new FerrySim(4);
    List<byte[]> late = new ArrayList<>();
    sim.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            if (to.equals(FerrySim.ADDRESS)) {
              late.add(datagram);
            }
          }
        });
    FerryCommand command = welcomed(sim, manner);
    List<byte[]> past = List.copyOf(late);
    sim.simulation.runFor(5 * Nanos.SECOND);
    sim.simulation.restore(command.client, sim.host);
    sim.simulation.runUntil(() -> command.resumedBytes() >= 0, 5 * Nanos.SECOND);

    past.forEach(packet -> sim.simulation.inject(command.client.address(), sim.host, packet));
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveUpInTheEnd(Manner manner) {
    FerrySim sim = new FerrySim(3);
    FerryCommand command = welcomed(sim, manner);
    long cutNs = sim.simulation.nowNs();

    sim.runUntilOver(command, 130 * Nanos.SECOND);

    sim.simulation.check(
        () -> {
          assertThat(command.failure()).isEqualTo(new TransferFailure.LostContact());
          assertThat(sim.simulation.nowNs() - cutNs).isGreaterThan(119 * Nanos.SECOND);
        });
    sim.shouldForgetEverything();
  }
}
