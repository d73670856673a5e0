package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimReader;
import dev.ferry.testkit.sim.SimSourceStream;
import dev.ferry.testkit.sim.Simulation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that comes bit by bit, or is read bit by bit, between two ends (section 11.8). */
final class PipeTransferTest {
  private static final long LONG_NS = 300 * Nanos.SECOND;
  private static final long HOURS_NS = 10 * 3600 * Nanos.SECOND;
  private static final int CAPACITY_BYTES = 1 << 20;

  private static ConnectionPair pair(long seed, String network, int bytes) {
    Simulation simulation = Simulation.seeded(seed);
    simulation.impair(network);
    return new ConnectionPair(simulation, Content.random(seed, bytes));
  }

  /** Writes the content in pieces, at random times, and its end. */
  private static void write(ConnectionPair pair, SimSourceStream stream, long longestPauseNs) {
    SplittableRandom random = pair.simulation.newRandom();
    int at = 0;
    long atNs = 0;
    while (at < pair.content.length) {
      int to = Math.min(pair.content.length, at + 1 + random.nextInt(50_000));
      byte[] piece = Arrays.copyOfRange(pair.content, at, to);
      pair.simulation.after(atNs, nowNs -> stream.write(piece));
      atNs += random.nextLong(longestPauseNs);
      at = to;
    }
    pair.simulation.after(atNs, nowNs -> stream.end());
  }

  private static void assertPublished(ConnectionPair pair, SimSourceStream stream) {
    pair.simulation.check(
        () -> {
          pair.assertFinished();
          assertThat(pair.clientEvents).last().matches(e -> e.sizeBytes() == pair.content.length);
          assertThat(pair.serverEvents).last().matches(e -> e.sizeBytes() == pair.content.length);
          assertThat(pair.store.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          assertThat(pair.store.publications(ConnectionPair.NAME)).isEqualTo(1);
          assertThat(pair.store.openParts()).isZero();
          assertThat(stream.isReleased()).isTrue();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1439, 1440, 1441, 100_000, 3_000_000})
  void shouldPutWhateverComes(int bytes) {
    ConnectionPair pair = pair(1, "delay=10ms", bytes);
    pair.startServer();
    SimSourceStream stream = pair.startStream();
    write(pair, stream, 5 * Nanos.MILLISECOND);
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    assertPublished(pair, stream);
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
      ConnectionPair pair = pair(seed, network, 400_000);
      pair.startServer();
      SimSourceStream stream = pair.startStream();
      write(pair, stream, (1 + seed * seed) * Nanos.MILLISECOND);
      pair.simulation.runUntil(pair::bothOver, LONG_NS);
      assertPublished(pair, stream);
    }
  }

  /** An idle source is not a lack of progress, at neither end, whatever is lost meanwhile. */
  @ParameterizedTest
  @ValueSource(strings = {"delay=10ms", "delay=20ms,loss=20%"})
  void shouldWaitForASlowSource(String network) {
    for (long seed = 0; seed < 3; seed++) {
      ConnectionPair pair = pair(seed, network, 200_000);
      pair.startServer();
      SimSourceStream stream = pair.startStream();
      write(pair, stream, 1200 * Nanos.SECOND);
      pair.simulation.runUntil(pair::bothOver, HOURS_NS);
      assertPublished(pair, stream);
    }
  }

  @Test
  void shouldNotWaitForAStrangersSourceForEver() {
    ConnectionPair pair = pair(1, "delay=10ms", 100_000);
    pair.idlePatienceNs = 600 * Nanos.SECOND;
    pair.startServer();
    SimSourceStream stream = pair.startStream();
    stream.write(pair.content);
    for (int i = 1; i <= 3; i++) {
      pair.simulation.after(i * 500L * Nanos.SECOND, nowNs -> stream.write(new byte[1024]));
    }
    // A drop in between is not enough.
    pair.simulation.after(2000 * Nanos.SECOND, nowNs -> stream.write(new byte[10]));

    pair.simulation.runFor(2090 * Nanos.SECOND);
    assertThat(pair.bothOver()).isFalse();
    pair.simulation.runFor(140 * Nanos.SECOND);

    pair.simulation.check(
        () -> {
          assertThat(failure(pair.serverEvents)).isInstanceOf(TransferFailure.LostContact.class);
          assertThat(failure(pair.clientEvents)).isInstanceOf(TransferFailure.EndedByPeer.class);
          assertThat(pair.store.openParts()).isZero();
          assertThat(pair.store.keptParts()).isZero();
        });
  }

  private static TransferFailure failure(List<TransferEvent> events) {
    return ((TransferEvent.Failed) events.get(events.size() - 1)).failure();
  }

  /** Who is not heard is not idle. */
  @Test
  void shouldNotWaitForASourceThatIsNotHeard() {
    ConnectionPair pair = pair(1, "delay=10ms", 100_000);
    pair.startServer();
    SimSourceStream stream = pair.startStream();
    stream.write(pair.content);
    pair.simulation.runFor(500 * Nanos.SECOND);
    assertThat(pair.bothOver()).isFalse();
    pair.simulation.cut(pair.client, pair.server);
    pair.simulation.runFor(130 * Nanos.SECOND);

    pair.simulation.check(
        () -> {
          assertThat(failure(pair.serverEvents)).isInstanceOf(TransferFailure.LostContact.class);
          assertThat(failure(pair.clientEvents)).isInstanceOf(TransferFailure.LostContact.class);
          assertThat(pair.store.keptParts()).isZero();
        });
  }

  @Test
  void shouldEndBothEndsWhenTheSourceFails() {
    for (long seed = 0; seed < 10; seed++) {
      ConnectionPair pair = pair(seed, "delay=10ms,loss=5%", 500_000);
      pair.startServer();
      SimSourceStream stream = pair.startStream();
      write(pair, stream, 100 * Nanos.MILLISECOND);
      pair.simulation.runFor(300 * Nanos.MILLISECOND);
      stream.fail(new IOException("on command"));
      pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.clientEvents), LONG_NS);
      pair.simulation.runFor(Nanos.SECOND);

      pair.simulation.check(
          () -> {
            assertThat(failure(pair.clientEvents)).isInstanceOf(TransferFailure.SourceFailed.class);
            if (!pair.serverEvents.isEmpty()) { // The open may not have arrived.
              assertThat(failure(pair.serverEvents))
                  .isInstanceOf(TransferFailure.EndedByPeer.class);
            }
            assertThat(pair.store.publications()).isZero();
            assertThat(pair.store.openParts()).isZero();
            assertThat(pair.store.keptParts()).isZero();
          });
    }
  }

  @Test
  void shouldKeepNothingWhenTheClientIsStopped() {
    ConnectionPair pair = pair(1, "delay=10ms", 500_000);
    pair.startServer();
    SimSourceStream stream = pair.startStream();
    stream.write(pair.content);
    pair.simulation.runFor(Nanos.SECOND);
    pair.clients.close(Close.STOPPED, "", new TransferFailure.Stopped(), pair.simulation.nowNs());
    pair.client.execute(nowNs -> {});
    pair.simulation.runUntil(pair::bothOver, LONG_NS);

    pair.simulation.check(
        () -> {
          assertThat(failure(pair.serverEvents)).isInstanceOf(TransferFailure.EndedByPeer.class);
          assertThat(pair.store.publications()).isZero();
          assertThat(pair.store.keptParts()).isZero();
          assertThat(stream.isReleased()).isTrue();
        });
  }

  @Test
  void shouldNotSendToAServerThatNeedsTheSize() {
    ConnectionPair pair = pair(1, "delay=10ms", 500_000);
    pair.startServer();
    pair.startStream(false);
    pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.clientEvents), LONG_NS);

    pair.simulation.check(
        () -> {
          TransferFailure.Refused refused = (TransferFailure.Refused) failure(pair.clientEvents);
          assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_PERMITTED);
          assertThat(pair.store.openParts()).isZero();
        });
  }

  /** More than is read, and fits the memory, does not come; and nobody loses patience. */
  @ParameterizedTest
  @ValueSource(strings = {"delay=10ms", "delay=20ms,loss=10%", "delay=20ms,jitter=15ms"})
  void shouldStallTheSenderWhileNobodyReads(String network) {
    for (long seed = 0; seed < 3; seed++) {
      ConnectionPair pair = pair(seed, network, 6_000_000);
      SimReader reader = new SimReader(pair.client, CAPACITY_BYTES);
      pair.startServer();
      pair.startGet(reader);
      pair.simulation.runFor(500 * Nanos.SECOND);
      assertThat(reader.receivedBytes()).isEqualTo(CAPACITY_BYTES);
      reader.read(2_000_000);
      pair.simulation.runFor(500 * Nanos.SECOND);
      assertThat(reader.readBytes()).isEqualTo(2_000_000);
      assertThat(reader.receivedBytes()).isGreaterThan(2_000_000 + CAPACITY_BYTES * 3 / 4);
      reader.read(60_000_000);
      pair.simulation.runUntil(pair::bothOver, LONG_NS);

      pair.simulation.check(
          () -> {
            pair.assertFinished();
            assertThat(reader.isPublished()).isTrue();
            assertThat(reader.content()).isEqualTo(pair.content);
          });
    }
  }

  @Test
  void shouldFollowAReaderThatIsSlow() {
    ConnectionPair pair = pair(1, "delay=10ms,loss=2%", 3_000_000);
    SimReader reader = new SimReader(pair.client, CAPACITY_BYTES);
    pair.startServer();
    pair.startGet(reader);
    for (int i = 0; i < 600; i++) {
      pair.simulation.after(i * Nanos.SECOND, nowNs -> reader.read(5000));
    }
    pair.simulation.runUntil(pair::bothOver, HOURS_NS);

    pair.simulation.check(
        () -> {
          assertThat(pair.clientEvents).last().isInstanceOf(TransferEvent.Finished.class);
          assertThat(reader.content()).isEqualTo(pair.content);
        });
  }

  @Test
  void shouldNotWaitForAStrangersReaderForEver() {
    ConnectionPair pair = pair(1, "delay=10ms", 6_000_000);
    pair.idlePatienceNs = 600 * Nanos.SECOND;
    SimReader reader = new SimReader(pair.client, CAPACITY_BYTES);
    pair.startServer();
    pair.startGet(reader);
    pair.simulation.runFor(590 * Nanos.SECOND);
    assertThat(pair.bothOver()).isFalse();
    pair.simulation.runFor(140 * Nanos.SECOND);
    pair.simulation.check(
        () ->
            assertThat(failure(pair.serverEvents)).isInstanceOf(TransferFailure.LostContact.class));
  }

  @Test
  void shouldEndBothEndsWhenNobodyReadsAnyMore() {
    ConnectionPair pair = pair(1, "delay=10ms,loss=5%", 6_000_000);
    SimReader reader = new SimReader(pair.client, CAPACITY_BYTES);
    pair.startServer();
    pair.startGet(reader);
    pair.simulation.runFor(20 * Nanos.SECOND);
    reader.leave();
    pair.simulation.runUntil(pair::bothOver, LONG_NS);

    pair.simulation.check(
        () -> {
          assertThat(failure(pair.clientEvents)).isInstanceOf(TransferFailure.Unstorable.class);
          assertThat(failure(pair.serverEvents)).isInstanceOf(TransferFailure.Refused.class);
          assertThat(reader.isDiscarded()).isTrue();
        });
  }
}
