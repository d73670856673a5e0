package dev.ferry.testkit.sim;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An address of the simulated network and the engine that runs there, driven in the order that
 * {@link Engine} asks for.
 */
public final class Host implements EngineThread {
  /** An engine whose timer is due again and again at one instant is caught in a loop. */
  private static final int MAX_ROUNDS_AT_ONCE = 10_000;

  private final Simulation simulation;
  private final InetSocketAddress address;
  private final Transmit transmit;
  private final boolean takesBatches;
  private Running<?> running;
  private long sent;
  private long received;
  private long timeouts;

  Host(Simulation simulation, InetSocketAddress address, int batchDatagrams) {
    this.simulation = simulation;
    this.address = address;
    this.transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES, batchDatagrams);
    this.takesBatches = batchDatagrams > 1;
  }

  /** Where it is reached. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Notes in the simulation's trace what happens at this end of a connection, if the trace goes to
   * a file.
   */
  public ConnectionObserver observer() {
    return simulation.observer(address);
  }

  /** How many datagrams it has sent. */
  public long sent() {
    return sent;
  }

  /** How many datagrams have reached it. */
  public long received() {
    return received;
  }

  /** How often the engine's timer expired. */
  public long timeouts() {
    return timeouts;
  }

  /**
   * Starts an engine, in place of the one before.
   *
   * @return what it reports, growing while the simulation runs
   */
  public <E> List<E> run(Engine<E> engine) {
    Running<E> started = new Running<>(engine);
    running = started;
    started.round();
    return started.reported;
  }

  /** Kills what runs here: nothing of it happens any more, and what arrives is lost. */
  public void kill() {
    running = null;
  }

  /** Runs a task on the engine's thread: the engine is polled afterwards. */
  @Override
  public void execute(LongConsumer task) {
    executeAfter(0, task);
  }

  /** The same, later. It does not happen if another engine runs here by then. */
  public void executeAfter(long delayNs, LongConsumer task) {
    Running<?> current = running;
    simulation.after(
        delayNs,
        nowNs -> {
          if (running == current) {
            task.accept(nowNs);
            running.round();
          }
        });
  }

  void receive(byte[] datagram, InetSocketAddress from) {
    if (running != null) {
      received++;
      running.receive(datagram, from);
    }
  }

  private final class Running<E> {
    private final Engine<E> engine;
    private final List<E> reported = new ArrayList<>();
    private long wakeNs = Nanos.NEVER;
    private long lastRoundNs;
    private int roundsAtOnce;
    private boolean roundIsNext;

    Running(Engine<E> engine) {
      this.engine = engine;
    }

    void receive(byte[] datagram, InetSocketAddress from) {
      engine.handle(ByteBuffer.wrap(datagram).asReadOnlyBuffer(), from, simulation.nowNs());
      if (takesBatches) {
        roundAfterWhatComesNow();
      } else {
        round();
      }
    }

    private void roundAfterWhatComesNow() {
      if (!roundIsNext) {
        roundIsNext = true;
        simulation.after(
            0,
            nowNs -> {
              roundIsNext = false;
              if (running == this) {
                round();
              }
            });
      }
    }

    void round() {
      long nowNs = simulation.nowNs();
      if (Nanos.isDue(engine.nextTimeout(), nowNs)) {
        timeouts++;
        requireTimeToPass(nowNs);
      }
      engine.onTimeout(nowNs);
      while (engine.pollTransmit(nowNs, transmit)) {
        send(transmit);
      }
      for (E event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
        reported.add(event);
      }
      wakeAt(engine.nextTimeout());
    }

    private void requireTimeToPass(long nowNs) {
      roundsAtOnce = nowNs == lastRoundNs ? roundsAtOnce + 1 : 0;
      lastRoundNs = nowNs;
      if (roundsAtOnce > MAX_ROUNDS_AT_ONCE) {
        throw new IllegalStateException("the engine's timer is due all the time");
      }
    }

    private void send(Transmit filled) {
      for (; filled.hasRemaining(); filled.taken()) {
        byte[] datagram = new byte[filled.datagram().remaining()];
        filled.datagram().get(datagram);
        sent++;
        simulation.send(Host.this, filled.to(), datagram);
      }
    }

    /** Wakes the engine no later than that; a timer that was put off wakes it for nothing once. */
    private void wakeAt(long deadlineNs) {
      if (deadlineNs == Nanos.NEVER || (wakeNs != Nanos.NEVER && wakeNs - deadlineNs <= 0)) {
        return;
      }
      wakeNs = deadlineNs;
      simulation.after(
          Math.max(0, deadlineNs - simulation.nowNs()),
          nowNs -> {
            if (running == this && wakeNs == deadlineNs) {
              wakeNs = Nanos.NEVER;
              round();
            }
          });
    }
  }
}
