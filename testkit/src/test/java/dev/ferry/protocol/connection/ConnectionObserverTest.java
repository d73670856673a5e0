package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Connection.State;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import dev.ferry.testkit.sim.TracingObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What observers of connections are told, and that they make no difference. */
class ConnectionObserverTest {
  private static final long SEED = 7;
  private static final int BYTES = 300_000;
  private static final String NETWORK = "delay=10ms,loss=5%,reorder=5%:30ms,rate=20mbit";

  private static ConnectionPair pair() {
    Simulation simulation = Simulation.seeded(SEED);
    simulation.impair(NETWORK);
    return new ConnectionPair(simulation, Content.random(SEED, BYTES));
  }

  private static void put(ConnectionPair pair) {
    pair.startServer();
    pair.startPut();
    pair.simulation.runUntil(
        () -> pair.clients.isEnded() && pair.servers.isEnded(), 100 * Nanos.SECOND);
    pair.assertFinished();
  }

  /** Does the sums. */
  private static final class Ledger implements ConnectionObserver {
    final Set<Long> inFlight = new HashSet<>();
    final Set<Long> lost = new HashSet<>();
    final List<State> states = new ArrayList<>(List.of(State.OPEN));
    long packets;
    long inFlightBytes;
    long losses;
    long mistakes;
    long smallestWindowBytes = Long.MAX_VALUE;
    long lastRttNs;

    @Override
    public void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {
      packets++;
      if (ackEliciting) {
        inFlightBytes += bytes;
        assertThat(inFlight.add(number)).isTrue();
      }
    }

    @Override
    public void onPacketAcked(long number, int bytes, boolean wasLost, long nowNs) {
      if (wasLost) {
        mistakes++;
        assertThat(lost.remove(number)).isTrue();
      } else {
        inFlightBytes -= bytes;
        assertThat(inFlight.remove(number)).isTrue();
      }
    }

    @Override
    public void onPacketLost(long number, int bytes, long nowNs) {
      losses++;
      inFlightBytes -= bytes;
      assertThat(inFlight.remove(number)).isTrue();
      assertThat(lost.add(number)).isTrue();
    }

    @Override
    public void onPathChanged(
        long windowBytes, long bytesInFlight, long bytesPerSecond, long smoothedRttNs, long nowNs) {
      assertThat(bytesInFlight).isEqualTo(inFlightBytes);
      assertThat(bytesPerSecond).isPositive();
      smallestWindowBytes = Math.min(smallestWindowBytes, windowBytes);
      lastRttNs = smoothedRttNs;
    }

    @Override
    public void onStateChanged(State from, State to, long nowNs) {
      assertThat(from).isEqualTo(states.get(states.size() - 1));
      states.add(to);
    }
  }

  @Test
  void shouldTellWhatBecomesOfEachPacket() {
    ConnectionPair pair = pair();
    Ledger clients = new Ledger();
    Ledger servers = new Ledger();
    pair.algorithm = CongestionAlgorithm.NEW_RENO; // Its window shrinks with each loss.
    pair.clientsObserver = clients;
    pair.serversObserver = servers;
    put(pair);

    assertThat(clients.packets).isEqualTo(pair.client.sent());
    assertThat(servers.packets).isEqualTo(pair.server.sent());
    assertThat(clients.losses).isPositive();
    assertThat(clients.mistakes).isPositive();
    assertThat(clients.smallestWindowBytes).isLessThan(10L * ConnectionPair.DATAGRAM_BYTES);
    assertThat(clients.lastRttNs).isBetween(20 * Nanos.MILLISECOND, Nanos.SECOND);
    assertThat(clients.states).containsExactly(State.OPEN, State.CLOSING, State.ENDED);
    assertThat(servers.states).startsWith(State.OPEN).endsWith(State.ENDED);
  }

  private static List<String> lines() {
    ConnectionPair pair = pair();
    List<String> lines = new ArrayList<>();
    TracingObserver.Lines add = (ns, line) -> lines.add(ns + " " + line);
    pair.clientsObserver = new TracingObserver(pair.simulation.nowNs(), add);
    pair.serversObserver = new TracingObserver(pair.simulation.nowNs(), add);
    put(pair);
    return lines;
  }

  @Test
  void shouldTellTheSameEachTime() {
    assertThat(lines())
        .isEqualTo(lines())
        .anyMatch(line -> line.matches("0 sent 0, \\d+ bytes"))
        .anyMatch(line -> line.contains(" lost "))
        .anyMatch(line -> line.contains(" acked "))
        .anyMatch(line -> line.matches("\\d+ window \\d+, in flight \\d+ bytes; .*"))
        .anyMatch(line -> line.endsWith("OPEN -> CLOSING"));
  }

  private static int hashOfWhatIsSent(ConnectionObserver observer) {
    ConnectionPair pair = pair();
    List<Integer> sent = new ArrayList<>();
    pair.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            sent.add(Arrays.hashCode(datagram));
            sent.add(Long.hashCode(pair.simulation.nowNs()));
          }
        });
    pair.clientsObserver = observer;
    put(pair);
    assertThat(sent).hasSizeGreaterThan(BYTES / ConnectionPair.DATAGRAM_BYTES);
    return sent.hashCode();
  }

  @Test
  void shouldMakeNoDifference() {
    assertThat(hashOfWhatIsSent(new Ledger())).isEqualTo(hashOfWhatIsSent(ConnectionObserver.NONE));
  }
}
