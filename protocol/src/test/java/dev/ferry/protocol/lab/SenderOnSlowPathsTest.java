package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@link LabSender} and its timer together, on a path with virtual time: Karn's rule and the
 * exception from it.
 */
class SenderOnSlowPathsTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long SEED = 11;

  /** An acknowledgement on its way. */
  private record InFlight(long arrivesNs, String datagram) {}

  /** What became of one chunk. */
  private record Chunk(int transmissions, long firstTimeoutNs) {}

  /** A counting server behind a path with a delay and with loss each way. */
  private static final class Path {
    private final Random random = new Random(SEED);
    private final PriorityQueue<InFlight> acks =
        new PriorityQueue<>((a, b) -> Long.signum(a.arrivesNs - b.arrivesNs));
    private final SenderHarness sender;
    private final String startAck;
    private final List<Chunk> chunks = new ArrayList<>();
    private double loss;
    private long delayNs;

    Path(SenderHarness sender, String startAck, long delayNs) {
      this.sender = sender;
      this.startAck = startAck;
      this.delayNs = delayNs;
    }

    /** Runs until so many chunks have been acknowledged. */
    void run(int chunkCount) {
      int until = chunks.size() + chunkCount;
      int transmissions = 0;
      long firstTimeoutNs = 0;
      long acknowledged = sender.sender.acknowledgedBytes();
      while (chunks.size() < until) {
        while (sender.sends()) {
          String datagram = sender.lastSent();
          if (datagram.startsWith("d") && transmissions++ == 0) {
            firstTimeoutNs = sender.timeoutInNs();
          }
          serve(datagram);
        }
        step();
        if (sender.sender.acknowledgedBytes() > acknowledged) {
          acknowledged = sender.sender.acknowledgedBytes();
          chunks.add(new Chunk(transmissions, firstTimeoutNs));
          transmissions = 0;
        }
      }
    }

    private void serve(String datagram) {
      double thereAndBack = (1 - loss) * (1 - loss);
      if (random.nextDouble() >= thereAndBack) {
        return;
      }
      long seqno = Long.parseLong(datagram.split(" \\| ", 3)[1]);
      String ack = datagram.startsWith("s") ? startAck : "a | " + (seqno + 1);
      acks.add(new InFlight(sender.nowNs + delayNs, ack));
    }

    private void step() {
      InFlight next = acks.peek();
      if (next == null || next.arrivesNs - sender.sender.nextTimeout() > 0) {
        sender.expire();
      } else {
        acks.remove();
        sender.nowNs = next.arrivesNs;
        sender.receive(next.datagram);
      }
    }
  }

  private static String content() {
    return new String(new byte[20_000], ISO_8859_1);
  }

  private static Path ownPath(long delayNs) {
    return new Path(SenderHarness.offering(content()), "a | 1 | 0000000018", delayNs);
  }

  private static Path foreignPath(long delayNs) {
    return new Path(SenderHarness.foreign(content()), "a | 1 | 18", delayNs);
  }

  @Test
  void shouldNotTakeASampleFromARepeatedChunk() {
    SenderHarness sender = SenderHarness.foreign("0123456789abcdefghij");
    sender.sent();
    sender.pass(100 * MS);
    sender.answered("a | 1 | 18");
    sender.expire();
    sender.sent();
    sender.pass(MS);
    sender.answered("a | 2");
    sender.pass(100 * MS);
    sender.receive("a | 3");
    assertThat(sender.completion().smoothedRttNs()).isEqualTo(100 * MS);
  }

  @Test
  void shouldTakeASampleAfterAllWhenASecondAcknowledgementShowsThatTheRepetitionWasUnnecessary() {
    SenderHarness sender = SenderHarness.foreign("0123456789".repeat(3));
    sender.sent();
    sender.pass(100 * MS);
    sender.answered("a | 1 | 18");
    sender.expire(); // after 500 ms
    sender.sent();
    sender.pass(400 * MS);
    sender.answered("a | 2"); // of the first transmission
    sender.pass(50 * MS);
    sender.assertNoOp(() -> sender.receive("a | 2")); // of the second one
    sender.assertNoOp(() -> sender.receive("a | 2")); // counts once
    assertThat(sender.eventsUntilItGivesUp())
        .last()
        .extracting(event -> ((SenderEvent.Failed) event).stats().smoothedRttNs())
        .isEqualTo(200 * MS); // 7/8 · 100 + 1/8 · 900
  }

  @Test
  void shouldNotTakeALateSampleOfAnEarlierChunk() {
    SenderHarness sender = SenderHarness.foreign("0123456789".repeat(4));
    sender.sent();
    sender.pass(100 * MS);
    sender.answered("a | 1 | 18");
    sender.expire();
    sender.sent();
    sender.answered("a | 2");
    sender.pass(100 * MS);
    sender.answered("a | 3");
    sender.receive("a | 2"); // too late to tell anything
    assertThat(sender.eventsUntilItGivesUp())
        .last()
        .extracting(event -> ((SenderEvent.Failed) event).stats().smoothedRttNs())
        .isEqualTo(100 * MS);
  }

  @Test
  void shouldNotTakeTheWaitForTheServersDiskForARoundTripTime() {
    SenderHarness sender = SenderHarness.foreign("abc");
    sender.sent();
    sender.pass(100 * MS);
    sender.answered("a | 1 | 18");
    sender.pass(499 * MS);
    sender.receive("a | 2");
    assertThat(sender.completion().smoothedRttNs()).isEqualTo(100 * MS);
  }

  @Test
  void shouldAdaptWhenTheDelayRisesAboveTheTimeoutTowardsOwnServer() {
    assertAdapts(ownPath(20 * MS));
  }

  @Test
  void shouldAdaptWhenTheDelayRisesAboveTheTimeoutTowardsAForeignServer() {
    assertAdapts(foreignPath(20 * MS));
  }

  private static void assertAdapts(Path path) {
    path.run(50);
    assertThat(path.chunks).as("before the jump").allMatch(chunk -> chunk.transmissions == 1);
    path.delayNs = 1500 * MS;
    path.run(1);
    assertThat(path.chunks.get(50).transmissions).as("the jump is noticed").isGreaterThan(1);
    path.run(4);
    path.run(50);
    assertThat(path.chunks.subList(55, 105))
        .as("soon after the jump")
        .allMatch(chunk -> chunk.transmissions == 1);
  }

  @Test
  void shouldComeBackWhenTheDelayFalls() {
    Path path = ownPath(1500 * MS);
    path.run(20);
    path.delayNs = 20 * MS;
    path.run(60);
    assertThat(path.chunks.get(79).firstTimeoutNs).isLessThan(60 * MS);
  }

  @Test
  void shouldKeepTheTimeoutAtTheRoundTripTimeAtHalfLoss() {
    Path path = ownPath(20 * MS);
    path.run(50);
    path.loss = 0.5;
    path.run(500);
    assertThat(path.chunks.subList(50, 550))
        .as("seed %d", SEED)
        .allMatch(chunk -> chunk.firstTimeoutNs <= 22 * MS)
        .anyMatch(chunk -> chunk.transmissions > 4);
  }

  @Test
  void shouldKeepTheTimeoutAtTheFloorUnderLossTowardsAForeignServer() {
    Path path = foreignPath(20 * MS);
    path.run(50);
    path.loss = 0.1; // at half loss the lab's patience ends one chunk in six
    path.run(500);
    assertThat(path.chunks.subList(50, 550))
        .as("seed %d", SEED)
        .allMatch(chunk -> chunk.firstTimeoutNs == 500 * MS)
        .anyMatch(chunk -> chunk.transmissions > 2);
  }
}
