package dev.ferry.protocol.recovery.congestion;

import org.jspecify.annotations.Nullable;

/** The controllers to choose from for paths that have no congestion control of their own. */
public enum CongestionAlgorithm {
  /** {@link ModelController}. */
  MODEL(1) {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new ModelController(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link Ledbat}. */
  BACKGROUND(2) {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new Ledbat(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link Cubic}. */
  CUBIC(3) {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new Cubic(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link NewReno}. */
  NEW_RENO(4) {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new NewReno(packetBytes, initialRttNs, maxWindowBytes);
    }
  };

  private final long code;

  CongestionAlgorithm(long code) {
    this.code = code;
  }

  /** Its number in the protocol (protocol.md, section 7.4). */
  public long code() {
    return code;
  }

  /** The algorithm of that number; null if there is none. */
  public static @Nullable CongestionAlgorithm ofCode(long code) {
    for (CongestionAlgorithm algorithm : values()) {
      if (algorithm.code == code) {
        return algorithm;
      }
    }
    return null;
  }

  /**
   * What a sender does that has one of its own, and whose receiver asks for another: what is asked,
   * unless its own gives way to everything else, which no receiver may undo.
   *
   * @param asked null if the receiver leaves it to the sender
   */
  public CongestionAlgorithm onRequest(@Nullable CongestionAlgorithm asked) {
    return asked == null || this == BACKGROUND ? this : asked;
  }

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what may be in flight at most, at least four packets
   */
  public abstract CongestionController start(
      int packetBytes, long initialRttNs, long maxWindowBytes);
}
