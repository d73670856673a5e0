package dev.ferry.protocol.connection;

import java.util.Locale;

/**
 * A link as {@link Dumbbell} emulates it.
 *
 * @param rttMs the round-trip time without a queue
 * @param mbit the rate of its bottleneck
 * @param lossPercent in each direction, behind the bottleneck
 * @param burst how many datagrams get lost in a row, on average; 1 for independent losses
 * @param queueBdp the queue, in bandwidth-delay products
 * @param jitterMs how much later datagrams may arrive, without overtaking each other
 * @param ackLossPercent the loss of acknowledgements, if it is another one; else −1
 */
record EmulatedLink(
    double rttMs,
    double mbit,
    double lossPercent,
    int burst,
    double queueBdp,
    double jitterMs,
    double ackLossPercent) {
  private static final int LEAST_QUEUE_BYTES = 6_000;

  /** A link with random loss and a queue of one product. */
  static EmulatedLink of(double rttMs, double mbit, double lossPercent) {
    return new EmulatedLink(rttMs, mbit, lossPercent, 1, 1, 0, -1);
  }

  EmulatedLink withBurst(int packets) {
    return new EmulatedLink(rttMs, mbit, lossPercent, packets, queueBdp, jitterMs, ackLossPercent);
  }

  EmulatedLink withQueue(double products) {
    return new EmulatedLink(rttMs, mbit, lossPercent, burst, products, jitterMs, ackLossPercent);
  }

  EmulatedLink withJitter(double ms) {
    return new EmulatedLink(rttMs, mbit, lossPercent, burst, queueBdp, ms, ackLossPercent);
  }

  EmulatedLink withAckLoss(double percent) {
    return new EmulatedLink(rttMs, mbit, lossPercent, burst, queueBdp, jitterMs, percent);
  }

  Dumbbell dumbbell(long seed) {
    return new Dumbbell(seed, bottleneck(1), forward(1), back(1));
  }

  /** The bottleneck, its rate multiplied. */
  String bottleneck(double factor) {
    long queueBytes = Math.max(LEAST_QUEUE_BYTES, (long) (queueBdp * mbit * 125 * rttMs));
    return String.format(
        Locale.ROOT, "rate=%dbit,queue=%d", (long) (mbit * factor * 1e6), queueBytes);
  }

  /** The way behind the bottleneck, its delay multiplied. */
  String forward(double factor) {
    String jitter = jitterMs > 0 ? ",jitter=" + (long) (jitterMs * 500) + "us" : "";
    long delayUs = (long) ((rttMs * factor + jitterMs) * 500);
    return "delay=" + delayUs + "us" + jitter + loss(lossPercent);
  }

  /** The way of acknowledgements, its delay multiplied. */
  String back(double factor) {
    long delayUs = (long) (rttMs * factor * 500);
    return "delay=" + delayUs + "us" + loss(ackLossPercent < 0 ? lossPercent : ackLossPercent);
  }

  private String loss(double percent) {
    if (percent == 0) {
      return "";
    }
    String share = String.format(Locale.ROOT, "%.4f%%", percent);
    return burst > 1 ? ",loss=burst:" + share + ":" + burst : ",loss=" + share;
  }

  /** What a file can reach at most, before any header of the protocol's own. */
  double limitMbit() {
    return mbit * 1472 / 1500 * (1 - lossPercent / 100);
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "%.1f ms, %.1f Mbit/s", rttMs, mbit));
    text.append(String.format(Locale.ROOT, ", %.1f %%", lossPercent));
    if (burst > 1 && lossPercent > 0) {
      text.append(" in bursts of ").append(burst);
    }
    if (jitterMs > 0) {
      text.append(String.format(Locale.ROOT, ", jitter %.1f ms", jitterMs));
    }
    return text.append(String.format(Locale.ROOT, ", a queue of %.2f", queueBdp)).toString();
  }

  /** What share of the limit a flow has reached, with its handshake of a round trip. */
  double share(Dumbbell.Flow flow) {
    double seconds = flow.durationSeconds() + rttMs / 1000;
    return flow.doneBytes() * 8e-6 / seconds / limitMbit();
  }
}
