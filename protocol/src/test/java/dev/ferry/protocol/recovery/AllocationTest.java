package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ferry.protocol.recovery.congestion.NewReno;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.RangeSet;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Once their arrays have grown, the parts leave no garbage behind. */
class AllocationTest {
  private static final int PACKET = 1400;
  private static final long RTT = 10 * Nanos.MILLISECOND;
  private static final int PACKETS = 200_000;

  /** What asking how much was allocated allocates itself, and a little more. */
  private static final long NEARLY_NOTHING_BYTES = 4_096;

  /** Both ends of a transfer on which every hundredth packet gets lost. */
  private static final class Transfer implements SentPacketListener {
    final SentPackets sent = new SentPackets(1 << 13, ByteBudget.unlimited());
    final RttEstimator rtt = new RttEstimator(AckTracker.MAX_ACK_DELAY_NS);
    final NewReno reno = new NewReno(PACKET, RTT, 400L * PACKET);
    final LossDetector loss = new LossDetector(sent, rtt, reno, this);
    final Pacer pacer = new Pacer(16 * PACKET, reno.pacingBytesPerSecond(), 0);
    final RangeSet acknowledged = new RangeSet(1 << 12);
    final RangeSet again = new RangeSet(1 << 12);
    final AckTracker received = new AckTracker();
    final RangeSet stored = new RangeSet(1 << 12);
    long nowNs;
    long nextOffset;
    long losses;

    @Override
    public void onAcknowledged(long number, boolean wasLost) {
      long from = sent.dataOffset(number);
      acknowledged.add(from, from + sent.dataLength(number));
    }

    @Override
    public void onLost(long number) {
      losses++;
      long from = sent.dataOffset(number);
      again.add(from, from + sent.dataLength(number));
    }

    void run(int packets) {
      for (int i = 0; i < packets; i++) {
        nowNs += 20 * Nanos.MICROSECOND;
        loss.onTimeout(nowNs);
        if (loss.maySend(PACKET) && pacer.nextSendNs(PACKET, nowNs) - nowNs <= 0) {
          send();
        }
        if (received.isAckDue(nowNs)) {
          acknowledge();
        }
      }
    }

    private void send() {
      long offset = again.isEmpty() ? nextOffset : again.start(0);
      if (again.isEmpty()) {
        nextOffset += PACKET;
      } else {
        again.remove(offset, offset + PACKET);
      }
      long number = sent.nextNumber();
      loss.onPacketSent(number, PACKET, true, nowNs);
      sent.carriesData(number, offset, PACKET);
      pacer.onSent(PACKET, nowNs);
      if (number % 100 != 99) {
        received.onPacket(number, true, nowNs, RTT);
        stored.add(offset, offset + PACKET);
      }
    }

    private void acknowledge() {
      nowNs += RTT / 100;
      loss.beginAck(nowNs);
      for (int i = 0; i < received.rangeCount(); i++) {
        loss.acknowledge(received.low(i), received.high(i));
      }
      loss.endAck(received.largest(), received.ackDelayNs(nowNs));
      received.onAckSent();
      received.onAckAcknowledged(received.largest() - 1000);
      pacer.setRate(reno.pacingBytesPerSecond(), nowNs);
    }
  }

  @Test
  void shouldAllocateNothingInTheLongRun() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Transfer transfer = new Transfer();
    transfer.run(PACKETS);
    threads.getCurrentThreadAllocatedBytes();
    long sentBefore = transfer.sent.nextNumber();
    long lossesBefore = transfer.losses;
    long before = threads.getCurrentThreadAllocatedBytes();
    transfer.run(PACKETS);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(transfer.sent.nextNumber() - sentBefore).isGreaterThan(PACKETS / 10);
    assertThat(transfer.losses - lossesBefore).isGreaterThan(PACKETS / 2000);
    assertThat(transfer.acknowledged.totalBytes()).isPositive();
    assertThat(allocated).isLessThan(NEARLY_NOTHING_BYTES);
  }
}
