package dev.ferry.protocol.connection;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a long TCP or QUIC transfer with BBR sends through a {@link Dumbbell}: the model of the
 * first version (draft-cardwell-iccrg-bbr-congestion-control-00), which many ports still have, and
 * which takes more from others than the later ones. Every packet is acknowledged by one of its own,
 * and what is lost is replaced by what is new, so that there is always something to send.
 */
final class BbrTraffic {
  private static final int PACKET_BYTES = 1472;
  private static final int ACK_BYTES = 40;
  private static final double STARTUP_GAIN = 2.885;
  private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
  private static final double WINDOW_GAIN = 2;
  private static final int FIRST_WINDOW_PACKETS = 10;
  private static final int LEAST_WINDOW_PACKETS = 4;
  private static final int FILTER_ROUNDS = 10;
  private static final double GROWTH = 1.25;
  private static final int FULL_ROUNDS = 3;
  private static final long MIN_RTT_NS = 10 * Nanos.SECOND;
  private static final long PROBE_RTT_NS = 200 * Nanos.MILLISECOND;
  private static final int REORDERING = 3;
  private static final int SECONDS = 1000;

  private enum State {
    STARTUP,
    DRAIN,
    PROBE_BW,
    PROBE_RTT
  }

  /** A packet on its way. */
  private record Packet(long number, long sentNs, long deliveredBefore, long deliveredNs) {}

  private final Dumbbell network;
  private final double[] receivedBytes = new double[SECONDS];
  private final Deque<Packet> inFlight = new ArrayDeque<>();

  /** The best rate of each of the last rounds, in packets per nanosecond. */
  private final double[] rates = new double[FILTER_ROUNDS];

  private State state = State.STARTUP;
  private long nextNumber;
  private long nextSendNs;
  private boolean waiting;
  private long delivered;
  private long deliveredNs;
  private long round;
  private long roundEnd;
  private double fullRate;
  private int fullRounds;
  private long minRttNs = Long.MAX_VALUE;
  private long minRttSinceNs;
  private long probeRttUntilNs;
  private int phase;
  private long phaseNs;

  /** Begins after some time. */
  BbrTraffic(Dumbbell network, long afterNs) {
    this.network = network;
    network.after(
        afterNs,
        nowNs -> {
          deliveredNs = nowNs;
          nextSendNs = nowNs;
          minRttSinceNs = nowNs;
          send(nowNs);
        });
  }

  /** How much arrived in some seconds since the beginning, in Mbit/s. */
  double mbitPerSecond(int fromSecond, int toSecond) {
    double bytes = 0;
    for (int i = fromSecond; i < toSecond; i++) {
      bytes += receivedBytes[i];
    }
    return bytes * 8e-6 / (toSecond - fromSecond);
  }

  private double rate() {
    double best = 0;
    for (double each : rates) {
      best = Math.max(best, each);
    }
    return best;
  }

  private double pacingGain() {
    return switch (state) {
      case STARTUP -> STARTUP_GAIN;
      case DRAIN -> 1 / STARTUP_GAIN;
      case PROBE_BW -> CYCLE[phase];
      case PROBE_RTT -> 1;
    };
  }

  private double windowPackets() {
    if (rate() == 0) {
      return FIRST_WINDOW_PACKETS;
    }
    double product = rate() * minRttNs;
    return switch (state) {
      case PROBE_RTT -> LEAST_WINDOW_PACKETS;
      case PROBE_BW -> Math.max(LEAST_WINDOW_PACKETS, WINDOW_GAIN * product);
      case STARTUP, DRAIN -> Math.max(FIRST_WINDOW_PACKETS, STARTUP_GAIN * product);
    };
  }

  private void send(long nowNs) {
    while (inFlight.size() < windowPackets() && nextSendNs - nowNs <= 0) {
      long number = nextNumber++;
      inFlight.add(new Packet(number, nowNs, delivered, deliveredNs));
      network.carry(PACKET_BYTES, ns -> arrive(number));
      long packetNs = rate() == 0 ? 0 : (long) (1 / (pacingGain() * rate()));
      nextSendNs = Math.max(nextSendNs, nowNs) + packetNs;
    }
    if (!waiting && nextSendNs - nowNs > 0) {
      waiting = true;
      network.after(
          nextSendNs - nowNs,
          ns -> {
            waiting = false;
            send(ns);
          });
    }
  }

  private void arrive(long number) {
    int second = (int) network.seconds();
    if (second < SECONDS) {
      receivedBytes[second] += PACKET_BYTES;
    }
    network.carryBack(ACK_BYTES, ns -> acknowledge(number, ns));
  }

  private void acknowledge(long number, long nowNs) {
    Packet acked = take(number);
    if (acked != null) {
      delivered++;
      deliveredNs = nowNs;
      sample(acked, nowNs);
      advance(nowNs);
    }
    send(nowNs);
  }

  /** Removes what was acknowledged, and what is lost because it should have come before. */
  private Packet take(long number) {
    inFlight.removeIf(packet -> packet.number() < number - REORDERING);
    Packet found = null;
    for (Packet packet : inFlight) {
      if (packet.number() >= number) {
        found = packet.number() == number ? packet : null;
        break;
      }
    }
    if (found != null) {
      inFlight.remove(found);
    }
    return found;
  }

  private void sample(Packet acked, long nowNs) {
    if (acked.deliveredBefore() >= roundEnd) {
      roundEnd = delivered;
      round++;
      rates[(int) (round % FILTER_ROUNDS)] = 0;
      if (state == State.STARTUP) {
        checkFull();
      }
    }
    long rttNs = nowNs - acked.sentNs();
    if (rttNs <= minRttNs) {
      minRttNs = rttNs;
      minRttSinceNs = nowNs;
    }
    long intervalNs = Math.max(nowNs - acked.deliveredNs(), minRttNs);
    int slot = (int) (round % FILTER_ROUNDS);
    double sampled = (double) (delivered - acked.deliveredBefore()) / intervalNs;
    rates[slot] = Math.max(rates[slot], sampled);
  }

  private void checkFull() {
    if (rate() >= fullRate * GROWTH) {
      fullRate = rate();
      fullRounds = 0;
    } else if (++fullRounds >= FULL_ROUNDS) {
      state = State.DRAIN;
    }
  }

  private void advance(long nowNs) {
    if (state == State.DRAIN && inFlight.size() <= rate() * minRttNs) {
      state = State.PROBE_BW;
      phase = 2;
      phaseNs = nowNs;
    }
    if (state == State.PROBE_BW && nowNs - phaseNs > minRttNs) {
      phase = (phase + 1) % CYCLE.length;
      phaseNs = nowNs;
    }
    if (state == State.PROBE_RTT) {
      if (nowNs - probeRttUntilNs >= 0) {
        state = fullRounds >= FULL_ROUNDS ? State.PROBE_BW : State.STARTUP;
        minRttSinceNs = nowNs;
        phaseNs = nowNs;
      }
    } else if (nowNs - minRttSinceNs > MIN_RTT_NS) {
      state = State.PROBE_RTT;
      minRttNs = Long.MAX_VALUE;
      probeRttUntilNs = nowNs + PROBE_RTT_NS;
    }
  }
}
