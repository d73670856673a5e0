package dev.ferry.netsim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one datagram.
 *
 * @param number of the datagram in its direction, from 1
 * @param drop why it does not arrive, or null if it does
 * @param deliveries what arrives instead of it: itself, copies, older datagrams; may be more than
 *     nothing even if the datagram itself is dropped
 * @param binding how often the sender has changed its address before
 */
public record Fate(long number, @Nullable Drop drop, List<Delivery> deliveries, long binding) {
  /** Copies the list. */
  public Fate {
    deliveries = List.copyOf(deliveries);
  }

  /** Why a datagram does not arrive. */
  public enum Drop {
    /** The loss model took it. */
    LOSS,
    /** No room in the queue before the rate limit. */
    QUEUE,
    /** Larger than the MTU. */
    MTU,
    /** The path was down. */
    BLACKHOLE
  }

  /** What arrives. */
  public enum Kind {
    /** The datagram. */
    ORIGINAL,
    /** The datagram once more. */
    DUPLICATE,
    /** A datagram that was sent before. */
    REPLAY
  }

  /**
   * One arrival.
   *
   * @param kind what arrives: the original, a duplicate, a replay
   * @param number of the datagram whose content arrives
   * @param atNs the time of arrival
   * @param flippedBit the index of a bit of the payload that is flipped, or −1
   * @param keptBytes the length at which the payload is cut off; at least its own if it is whole
   * @param heldBack whether it was held back for others to overtake it
   */
  public record Delivery(
      Kind kind, long number, long atNs, int flippedBit, int keptBytes, boolean heldBack) {
    /** A copy of this delivery that arrives at another time. */
    Delivery at(long changedNs) {
      return new Delivery(kind, number, changedNs, flippedBit, keptBytes, heldBack);
    }
  }
}
