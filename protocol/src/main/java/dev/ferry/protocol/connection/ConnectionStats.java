package dev.ferry.protocol.connection;

/** The figures of one connection so far. Not thread-safe. */
public final class ConnectionStats {
  long packetsSent;
  long packetsReceived;
  long sentBytes;
  int datagramBytes;
  long smoothedRttNs = -1;
  private double queueSumNs;
  private long queueSamples;

  /** The smoothed round-trip time is so much above the smallest. */
  void sampleQueue(long queueNs) {
    queueSumNs += queueNs;
    queueSamples++;
  }

  /** The mean of the samples, in nanoseconds; −1 without one. */
  long meanQueueNs() {
    return queueSamples == 0 ? -1 : (long) (queueSumNs / queueSamples);
  }

  /** How many packets were sent, apart from those that only end the connection. */
  public long packetsSent() {
    return packetsSent;
  }

  /** The length of full packets, as far as the path is known, in bytes. */
  public int datagramBytes() {
    return datagramBytes;
  }

  /** The smoothed round-trip time, above 0; −1 as long as it is not known. */
  public long smoothedRttNs() {
    return smoothedRttNs;
  }
}
