package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Link;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers between two ends whose handshake is over. */
final class ConnectionTest {
  private static final long LONG_NS = 300 * Nanos.SECOND;

  private static ConnectionPair pair(long seed, String network, int bytes) {
    Simulation simulation = Simulation.seeded(seed);
    simulation.impair(network);
    return new ConnectionPair(simulation, Content.random(seed, bytes));
  }

  private static void put(ConnectionPair pair) {
    pair.startServer();
    pair.startPut();
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    pair.simulation.check(
        () -> {
          pair.assertFinished();
          assertThat(pair.store.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          assertThat(pair.store.publications(ConnectionPair.NAME)).isEqualTo(1);
          assertThat(pair.store.openParts()).isZero();
          assertThat(pair.source.isReleased()).isTrue();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1439, 1440, 1441, 100_000, 3_000_000})
  void shouldPut(int bytes) {
    put(pair(1, "delay=10ms", bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delay=20ms,loss=1%",
        "delay=20ms,loss=10%",
        "delay=20ms,loss=30%",
        "delay=20ms,duplicate=30%",
        "delay=20ms,jitter=15ms",
        "delay=5ms,corrupt=5%",
        "delay=5ms,rate=10mbit,queue=64KiB"
      })
  void shouldPutOverABadNetwork(String network) {
    for (long seed = 0; seed < 20; seed++) {
      put(pair(seed, network, 200_000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delay=10ms", "delay=20ms,loss=10%", "delay=20ms,jitter=15ms"})
  void shouldGet(String network) {
    for (long seed = 0; seed < 20; seed++) {
      ConnectionPair pair = pair(seed, network, 200_000);
      SimPartialFileStore destination = new SimPartialFileStore(pair.client, 1000, 1000);
      pair.startServer();
      pair.startGet(destination);
      pair.simulation.runUntil(pair::bothOver, LONG_NS);
      pair.simulation.check(
          () -> {
            pair.assertFinished();
            assertThat(destination.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          });
    }
  }

  /** The finish needs no answer either; digest, opening and publication take 5 ms each. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10_000})
  void shouldPutWhatFitsTheFirstFlightInOneRoundTrip(int bytes) {
    ConnectionPair pair = pair(1, "delay=50ms", bytes);
    put(pair);
    assertThat(pair.clientsDurationNs())
        .isBetween(105 * Nanos.MILLISECOND, 120 * Nanos.MILLISECOND);
  }

  @Test
  void shouldPutWhatFitsTheFirstFlightThoughTheAcceptIsLost() {
    for (long seed = 0; seed < 100; seed++) {
      put(pair(seed, "delay=50ms,loss=50%", 10_000));
    }
  }

  /**
   * The pings by which a server asks to be acknowledged may be in flight when it sends its last
   * word. If that is lost, and nothing comes from the client, it must repeat the word, not pings.
   */
  @Test
  void shouldRepeatTheLastWordAndNotWhatWasSentBefore() {
    for (long seed = 0; seed < 20; seed++) {
      ConnectionPair pair = pair(seed, "delay=10ms,loss=20%,rate=20mbit", 300_000);
      pair.startServer();
      pair.startPut();
      pair.simulation.runUntil(
          () ->
              pair.servers.transfer() != null
                  && pair.servers.transfer().doneBytes() == pair.content.length,
          LONG_NS);
      pair.simulation.impair("delay=10ms");
      pair.simulation.cut(pair.client, pair.server);
      pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.serverEvents), Nanos.SECOND);
      pair.simulation.runFor(Nanos.MILLISECOND);
      pair.simulation.link(pair.server.address(), pair.client.address()).restore();
      pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.clientEvents), 3 * Nanos.SECOND);
      pair.assertFinished();
    }
  }

  /** The peer may be silent because it waits for the acknowledgement that was lost. */
  @Test
  void shouldAcknowledgeWithEveryProbe() {
    ConnectionPair pair = pair(7, "delay=10ms", 1_000_000);
    List<Long> acknowledged = new ArrayList<>();
    pair.clientsObserver =
        new ConnectionObserver() {
          @Override
          public void onPacketAcked(long number, int bytes, boolean wasLost, long nowNs) {
            acknowledged.add(number);
          }
        };
    pair.startServer();
    Link toClient = pair.simulation.link(pair.server.address(), pair.client.address());
    toClient.cut();
    pair.startPut();
    pair.simulation.runFor(
        15 * Nanos.MILLISECOND); // The first flight has come, the answer is lost.
    pair.simulation.link(pair.client.address(), pair.server.address()).cut();
    pair.simulation.runFor(20 * Nanos.MILLISECOND);
    toClient.restore();
    assertThat(acknowledged).isEmpty();

    pair.simulation.runFor(3 * Nanos.SECOND);

    assertThat(acknowledged).isNotEmpty();
  }

  @Test
  void shouldForgetBothEndsSoonAfterTheEnd() {
    ConnectionPair pair = pair(3, "delay=10ms", 100_000);
    put(pair);
    pair.simulation.runUntil(
        () -> pair.clients.isEnded() && pair.servers.isEnded(), 5 * Nanos.SECOND);
  }

  /** Otherwise the other end would wait for what does not come, until its patience is at an end. */
  @Test
  void shouldRepeatACloseThatIsLost() {
    ConnectionPair pair = pair(5, "delay=10ms", 1_000_000);
    pair.startServer();
    pair.startPut();
    pair.simulation.runUntil(() -> pair.clients.transfer().doneBytes() > 100_000, LONG_NS);
    Link toServer = pair.simulation.link(pair.client.address(), pair.server.address());
    toServer.cut();
    pair.client.execute(
        nowNs -> pair.clients.close(Close.STOPPED, "", new TransferFailure.Stopped(), nowNs));
    pair.simulation.link(pair.server.address(), pair.client.address()).cut();
    pair.simulation.runFor(15 * Nanos.MILLISECOND); // What was on its way has come.
    toServer.restore();
    pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.serverEvents), Nanos.SECOND);
    assertThat(pair.serverEvents).last().isInstanceOf(TransferEvent.Failed.class);
  }

  /** From a silent client the server would never learn that it has moved. */
  @Test
  void shouldNotFallSilentWhileItWaitsForContent() {
    ConnectionPair pair = pair(4, "delay=10ms", 1_000_000);
    pair.startServer();
    pair.startGet(new SimPartialFileStore(pair.client, 1000, 1000));
    pair.simulation.runUntil(() -> pair.clients.transfer().doneBytes() > 100_000, LONG_NS);
    pair.simulation.link(pair.server.address(), pair.client.address()).cut();
    pair.simulation.runFor(Nanos.SECOND);
    long before = pair.client.sent();
    pair.simulation.runFor(10 * Nanos.SECOND);
    assertThat(pair.client.sent() - before).isBetween(4L, 30L);
  }

  /** What is in flight to where the client was fills the new path's window. */
  @Test
  void shouldCheckANewPathThoughItsWindowIsFull() {
    for (long seed = 0; seed < 20; seed++) {
      ConnectionPair pair = pair(seed, "delay=50ms", 3_000_000);
      pair.simulation
          .link(pair.client.address(), pair.server.address())
          .impair(Simulation.path("delay=50ms,rebind=600ms/600ms"));
      SimPartialFileStore destination = new SimPartialFileStore(pair.client, 1000, 1000);
      pair.startServer();
      pair.startGet(destination);
      pair.simulation.runUntil(pair::bothOver, LONG_NS);
      pair.simulation.check(
          () -> assertThat(destination.published(ConnectionPair.NAME)).isEqualTo(pair.content));
    }
  }
}
