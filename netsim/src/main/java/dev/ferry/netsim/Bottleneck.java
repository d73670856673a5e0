package dev.ferry.netsim;

import dev.ferry.netsim.ImpairmentSpec.QueueLimit;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A link of limited rate behind a drop-tail queue. What is being sent no longer counts as waiting.
 */
final class Bottleneck {
  /** No room in the queue. */
  static final long DROPPED = Long.MIN_VALUE;

  private record Waiting(long untilNs, int bytes) {}

  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean used;
  private long freeNs;
  private RateLimit.@Nullable Trace trace;
  private long opportunity;
  private int opportunityBytesLeft;

  /**
   * Takes one datagram.
   *
   * @param startNs when a trace begins
   * @return when it has left the link, or {@link #DROPPED}
   */
  long pass(RateLimit rate, QueueLimit queue, int payloadBytes, long startNs, long nowNs) {
    if (rate instanceof RateLimit.Unlimited) {
      return nowNs;
    }
    while (!waiting.isEmpty() && waiting.peek().untilNs() - nowNs <= 0) {
      waitingBytes -= waiting.remove().bytes();
    }
    long beginsNs = used && freeNs - nowNs > 0 ? freeNs : nowNs;
    int bytes = payloadBytes + RateLimit.HEADER_BYTES;
    if (beginsNs != nowNs) {
      if (waitingBytes + bytes > queue.bytes()
          || beginsNs - nowNs > queue.waitNs()
          || waiting.size() >= queue.datagrams()) {
        return DROPPED;
      }
      waiting.add(new Waiting(beginsNs, bytes));
      waitingBytes += bytes;
    }
    used = true;
    freeNs =
        rate instanceof RateLimit.Constant constant
            ? beginsNs + constant.transmissionNs(payloadBytes)
            : useOpportunities((RateLimit.Trace) rate, bytes, startNs, beginsNs);
    return freeNs;
  }

  /**
   * Spends opportunities from a time on; what is left of the last one serves the next datagram in
   * the queue.
   */
  private long useOpportunities(RateLimit.Trace used, int bytes, long startNs, long fromNs) {
    if (!used.equals(trace)) {
      trace = used;
      opportunity = -1;
      opportunityBytesLeft = 0;
    }
    int left = bytes;
    while (left > 0) {
      if (opportunityBytesLeft == 0 || used.opportunityNs(opportunity) < fromNs - startNs) {
        opportunity = used.firstOpportunity(opportunity + 1, fromNs - startNs);
        opportunityBytesLeft = RateLimit.Trace.OPPORTUNITY_BYTES;
      }
      int taken = Math.min(left, opportunityBytesLeft);
      opportunityBytesLeft -= taken;
      left -= taken;
    }
    return startNs + used.opportunityNs(opportunity);
  }
}
