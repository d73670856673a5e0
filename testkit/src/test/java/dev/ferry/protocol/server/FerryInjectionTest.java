package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.testkit.PassiveEngine;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who sees every packet of a transfer and sends packets of his own into it. */
class FerryInjectionTest {
  private static final InetSocketAddress STRANGER = Simulation.address(9, 9);

  /** After each packet that arrives a changed one, a stolen one and one of another connection. */
  private static final class Attacker implements Tap {
    private final FerrySim sim;
    private final InetSocketAddress client;
    private final SplittableRandom random;
    private byte[] ofAnother = new byte[100];
    private boolean busy;
    private int repliesToStranger;

    Attacker(FerrySim sim, InetSocketAddress client) {
      this.sim = sim;
      this.client = client;
      this.random = sim.simulation.newRandom();
    }

    @Override
    public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      repliesToStranger += to.equals(STRANGER) ? 1 : 0;
    }

    @Override
    public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      if (busy || !to.equals(FerrySim.ADDRESS) || from.equals(STRANGER)) {
        return;
      }
      if (!from.equals(client)) {
        ofAnother = datagram;
        return;
      }
      byte[] changed = datagram.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      byte[] renamed = ofAnother.clone();
      System.arraycopy(datagram, 0, renamed, 0, Math.min(9, datagram.length));
      sim.simulation.after(0, now -> inject(datagram, changed, renamed));
    }

    private void inject(byte[] stolen, byte[] changed, byte[] renamed) {
      busy = true;
      for (InetSocketAddress source : new InetSocketAddress[] {STRANGER, client}) {
        sim.simulation.inject(source, sim.host, stolen);
        if (changed[0] < 0) { // Nothing protects the lab's start.
          sim.simulation.inject(source, sim.host, changed);
        }
        sim.simulation.inject(source, sim.host, renamed);
        sim.simulation.inject(source, sim.host, ofAnother);
      }
      busy = false;
    }
  }

  /**
   * Copies every packet of a client, delivers it first, from elsewhere, and forwards what comes
   * back; it cannot drop anything.
   */
  private static final class Relay implements Tap {
    private static final long FASTER_NS = 2 * Nanos.MILLISECOND;

    private final FerrySim sim;
    private final Host client;
    private int relayed;

    Relay(FerrySim sim, Host client) {
      this.sim = sim;
      this.client = client;
    }

    @Override
    public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      if (from.equals(client.address()) && PacketHeader.isWellFormed(ByteBuffer.wrap(datagram))) {
        sim.simulation.after(FASTER_NS, now -> sim.simulation.inject(STRANGER, sim.host, datagram));
      }
    }

    @Override
    public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      if (to.equals(STRANGER)) {
        relayed++;
        sim.simulation.after(
            FASTER_NS, now -> sim.simulation.inject(FerrySim.ADDRESS, client, datagram));
      }
    }
  }

  /** The relay's host, whose datagrams are seen on their way. */
  private static final class Deaf extends PassiveEngine<String> {
    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotGoToWhoIsFasterThanTheClient(Manner manner) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=10ms,rate=8mbit/s,queue=40KB");
    FerryCommand command = sim.command(manner, "a file", Content.random(1, 4_000_000));
    Relay relay = new Relay(sim, command.client);
    command.run(sim.simulation.nowNs());
    sim.simulation.runFor(Nanos.SECOND);
    sim.simulation.addHost(STRANGER).run(new Deaf());
    sim.simulation.tap(relay);

    sim.runUntilOver(command, 8 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    assertThat(relay.relayed).isPositive().isLessThan((int) (sim.host.sent() / 5));
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldHeedNobodyElse(Manner manner) {
    for (long seed = 0; seed < 20; seed++) {
      FerrySim sim = new FerrySim(seed);
      sim.simulation.impair("delay=10ms,loss=2%");
      FerryCommand other = sim.start(Manner.PUT, "another file", Content.random(1, 60_000));
      FerryCommand command = sim.command(manner, "a file", Content.random(seed, 60_000));
      Attacker attacker = new Attacker(sim, command.client.address());
      sim.simulation.tap(attacker);
      command.run(sim.simulation.nowNs());

      sim.runUntilOver(command, 20 * Nanos.SECOND);
      sim.runUntilOver(other, 20 * Nanos.SECOND);

      sim.shouldHaveSucceeded(command);
      sim.shouldHaveSucceeded(other);
      // Only hellos are answered, each once.
      assertThat(attacker.repliesToStranger).isLessThanOrEqualTo(20);
      sim.shouldForgetEverything();
    }
  }
}
