package dev.ferry.protocol.connection;

/** The figures of one connection so far. Not thread-safe. */
public final class ConnectionStats {
  long packetsSent;
  long smoothedRttNs = -1;

  /** How many packets were sent, apart from those that only end the connection. */
  public long packetsSent() {
    return packetsSent;
  }

  /** The smoothed round-trip time, above 0; −1 as long as it is not known. */
  public long smoothedRttNs() {
    return smoothedRttNs;
  }
}
