package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.recovery.LossDetector;
import dev.ferry.protocol.recovery.RttEstimator;
import dev.ferry.protocol.recovery.SentPacketListener;
import dev.ferry.protocol.recovery.SentPackets;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A sender that always has something to send, over a bottleneck with a queue: each packet is
 * acknowledged by itself, and paced exactly. For tests of one controller.
 */
final class FluidPath {
  static final int PACKET = 1000;

  private record Arrival(long number, long atNs) {}

  private final SentPackets sent = new SentPackets(1 << 16, ByteBudget.unlimited());
  private final RttEstimator rtt = new RttEstimator(0);
  private final LossDetector loss;
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  final CongestionController controller;
  long nowNs = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);
  private long busyUntilNs = nowNs;
  private long nextSendNs = nowNs;

  /** What the path is like; may be changed at any time. */
  double bytesPerSecond;

  long rttNs;
  long queueBytes;

  /** Every so many packets one is lost; 0 for none. */
  int lossEvery;

  int dropped;
  long delivered;

  FluidPath(CongestionController controller, double bytesPerSecond, long rttNs, long queueBytes) {
    this.controller = controller;
    this.bytesPerSecond = bytesPerSecond;
    this.rttNs = rttNs;
    this.queueBytes = queueBytes;
    this.loss =
        new LossDetector(
            sent,
            rtt,
            controller,
            new SentPacketListener() {
              @Override
              public void onAcknowledged(long number, boolean wasLost) {
                delivered += PACKET;
              }

              @Override
              public void onLost(long number) {}
            });
  }

  /** Goes on for some time. */
  void run(long durationNs) {
    long untilNs = nowNs + durationNs;
    while (step(untilNs)) {
      // Until then.
    }
    nowNs = untilNs;
  }

  /** Does what is next, if it is due by then. */
  private boolean step(long untilNs) {
    boolean maySend = loss.maySend(PACKET);
    long nextNs = maySend ? Math.max(0, nextSendNs - nowNs) + nowNs : Nanos.NEVER;
    nextNs = Nanos.earlier(nextNs, loss.nextTimeout());
    if (!arrivals.isEmpty()) {
      nextNs = Nanos.earlier(nextNs, arrivals.peek().atNs());
    }
    if (nextNs == Nanos.NEVER || nextNs - untilNs > 0) {
      return false;
    }
    nowNs = Math.max(0, nextNs - nowNs) + nowNs;
    if (!arrivals.isEmpty() && Nanos.isDue(arrivals.peek().atNs(), nowNs)) {
      acknowledge(arrivals.remove().number());
    } else if (Nanos.isDue(loss.nextTimeout(), nowNs)) {
      loss.onTimeout(nowNs);
    } else {
      send();
    }
    return true;
  }

  private void acknowledge(long number) {
    loss.beginAck(nowNs);
    loss.acknowledge(number, number);
    loss.endAck(number, 0);
  }

  private void send() {
    long number = sent.nextNumber();
    loss.onPacketSent(number, PACKET, true, nowNs);
    long gapNs = (long) (PACKET * (double) Nanos.SECOND / controller.pacingBytesPerSecond());
    nextSendNs = nowNs + gapNs;
    long startNs = Math.max(0, busyUntilNs - nowNs) + nowNs;
    if ((startNs - nowNs) * bytesPerSecond / Nanos.SECOND > queueBytes) {
      dropped++;
      return;
    }
    busyUntilNs = startNs + (long) (PACKET * Nanos.SECOND / bytesPerSecond);
    if (lossEvery == 0 || number % lossEvery != lossEvery - 1) {
      arrivals.add(new Arrival(number, busyUntilNs + rttNs));
    }
  }
}
