package dev.ferry.protocol.recovery.congestion;

/** The controllers to choose from for paths that have no congestion control of their own. */
public enum CongestionAlgorithm {
  /** {@link ModelController}. */
  MODEL {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new ModelController(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link Ledbat}. */
  BACKGROUND {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new Ledbat(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link Cubic}. */
  CUBIC {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new Cubic(packetBytes, initialRttNs, maxWindowBytes);
    }
  },
  /** {@link NewReno}. */
  NEW_RENO {
    @Override
    public CongestionController start(int packetBytes, long initialRttNs, long maxWindowBytes) {
      return new NewReno(packetBytes, initialRttNs, maxWindowBytes);
    }
  };

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
