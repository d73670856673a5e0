package dev.ferry.proxy.diagram;

/** Something that has a height of its own in the picture. */
sealed interface Step {
  /** How long after the event before it, in nanoseconds. */
  long gapNs();

  /**
   * A datagram leaves its sender.
   *
   * @param atNs since the start of the trace
   */
  record Send(Datagram datagram, long gapNs, long atNs) implements Step {}

  /** An old datagram comes out of the proxy. */
  record Replay(Datagram datagram, Hop hop) implements Step {
    @Override
    public long gapNs() {
      return 0;
    }
  }

  /** A datagram arrives. */
  record Arrive(Datagram datagram, Hop hop, long gapNs) implements Step {}

  /** Several datagrams that are not shown. */
  record Band(Fold fold) implements Step {
    @Override
    public long gapNs() {
      return 0;
    }
  }
}
