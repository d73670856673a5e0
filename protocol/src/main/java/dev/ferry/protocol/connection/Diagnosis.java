package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.util.Nanos;
import java.util.EnumMap;
import java.util.Map;

/**
 * What limited a transfer, from the times that each limit was in force, and from what is known of
 * the machine.
 *
 * @param share the share of the time for which that was the limit, 0 … 1
 */
public record Diagnosis(Bottleneck bottleneck, double share) {
  /** A thread that runs so much of the time has no time left. */
  private static final double CPU_IS_FULL = 0.95;

  /** Where this end is late, it either computes so much of the time, or it waits for its disk. */
  private static final double CPU_IS_BUSY = 0.6;

  /** For a shorter transfer the share of a processor says nothing: the program warms up. */
  private static final long LEAST_CPU_NS = Nanos.SECOND;

  /** The model makes up for no more loss than this. */
  private static final double HEAVY_LOSS = 0.3;

  /** NewReno and CUBIC are slowed down by this much. */
  private static final double SLOWING_LOSS = 0.0003;

  /**
   * A queue of less than this part of the round-trip time and this much more may be none: timers
   * are late, too.
   */
  private static final int NO_QUEUE_DIVISOR = 4;

  private static final long NO_QUEUE_NS = 2 * Nanos.MILLISECOND;

  /** The kernel drops some datagrams at the start of nearly every fast transfer. */
  private static final double HARMFUL_DROPS = 0.002;

  /**
   * Finds it out.
   *
   * @param end one end at the end of the transfer
   * @param sends whether that end sent the content
   */
  public static Diagnosis of(ConnectionSnapshot end, HostFacts host, boolean sends) {
    LimitTimes times = end.times();
    Diagnosis longest = longest(end, host, sends);
    boolean full = host.cpuShare() >= CPU_IS_FULL && times.totalNs() >= LEAST_CPU_NS;
    if (full && mayBeOfTheCpu(longest.bottleneck)) {
      return new Diagnosis(Bottleneck.CPU, host.cpuShare());
    }
    boolean drops = host.droppedDatagrams() > HARMFUL_DROPS * end.packetsReceived();
    if (!sends && drops && longest.bottleneck == Bottleneck.OTHER_END) {
      return new Diagnosis(Bottleneck.RECEIVE_BUFFER, longest.share);
    }
    return longest;
  }

  /** The same for stop and wait, which is either waiting for an answer or for a timeout. */
  public static Diagnosis ofStopAndWait(TransferStats stats) {
    double answered = (double) stats.datagramsSent() - stats.retransmissions();
    double roundTripsNs = answered * Math.max(0, stats.smoothedRttNs());
    double share = Math.min(1, roundTripsNs / Math.max(1, stats.durationNs()));
    return stats.retransmissions() > 0 && share < 0.5
        ? new Diagnosis(Bottleneck.PATH_LOSS, 1 - share)
        : new Diagnosis(Bottleneck.ROUND_TRIPS, share);
  }

  /** Whether a processor that has no time left explains it. */
  private static boolean mayBeOfTheCpu(Bottleneck found) {
    return switch (found) {
      case PATH_RATE, PATH_LOSS, CPU, RECEIVE_BUFFER, ROUND_TRIPS, OTHER_END -> true;
      case MAX_RATE, PEERS_MAX_RATE, RECEIVER_DISK, SENDER_DISK -> false;
    };
  }

  private static Diagnosis longest(ConnectionSnapshot end, HostFacts host, boolean sends) {
    Map<Bottleneck, Long> spentNs = new EnumMap<>(Bottleneck.class);
    for (SendLimit limit : SendLimit.values()) {
      spentNs.merge(bottleneck(limit, end, host, sends), end.times().ns(limit), Long::sum);
    }
    long startingNs = end.times().startingNs();
    spentNs.merge(ofCongestionControl(end), -startingNs, Long::sum);
    spentNs.merge(Bottleneck.ROUND_TRIPS, startingNs, Long::sum);
    Bottleneck longest = Bottleneck.ROUND_TRIPS;
    long longestNs = 0;
    for (Map.Entry<Bottleneck, Long> candidate : spentNs.entrySet()) {
      if (candidate.getValue() > longestNs) {
        longest = candidate.getKey();
        longestNs = candidate.getValue();
      }
    }
    return new Diagnosis(longest, (double) longestNs / Math.max(1, end.times().totalNs()));
  }

  private static Bottleneck bottleneck(
      SendLimit limit, ConnectionSnapshot end, HostFacts host, boolean sends) {
    return switch (limit) {
      case CONGESTION_WINDOW, PACING -> ofCongestionControl(end);
      case MAX_RATE -> Bottleneck.MAX_RATE;
      case PEERS_MAX_RATE -> Bottleneck.PEERS_MAX_RATE;
      case RECEIVE_WINDOW, WRITER -> Bottleneck.RECEIVER_DISK;
      case READER -> Bottleneck.SENDER_DISK;
      case ROUND_TRIP -> Bottleneck.ROUND_TRIPS;
      case PEER -> Bottleneck.OTHER_END;
      case NOTHING -> ofTheProgram(host, sends);
    };
  }

  /** Where the program itself is late: it computes, or its thread waits for the disk. */
  private static Bottleneck ofTheProgram(HostFacts host, boolean sends) {
    if (host.cpuShare() < 0 || host.cpuShare() >= CPU_IS_BUSY) {
      return Bottleneck.CPU;
    }
    return sends ? Bottleneck.SENDER_DISK : Bottleneck.RECEIVER_DISK;
  }

  private static Bottleneck ofCongestionControl(ConnectionSnapshot end) {
    boolean heavy = Math.max(end.lossShare(), end.view().backgroundLoss()) > HEAVY_LOSS;
    boolean slowed =
        end.state() == CongestionState.AVOIDANCE
            && end.lossShare() > SLOWING_LOSS
            && !isQueued(end);
    return heavy || slowed ? Bottleneck.PATH_LOSS : Bottleneck.PATH_RATE;
  }

  /** Whether there was a queue, so that losses are those of a full path. */
  private static boolean isQueued(ConnectionSnapshot end) {
    return end.meanQueueNs() > end.minRttNs() / NO_QUEUE_DIVISOR + NO_QUEUE_NS;
  }
}
