package dev.ferry.protocol.recovery.congestion;

/** An acknowledgement as a test wants it; every field may be changed. */
final class AckSampleBuilder implements AckSample {
  long nowNs;
  long ackedBytes;
  long priorInFlightBytes;
  long inFlightBytes;
  long largestAcked;
  long rttNs = -1;
  long ackDelayNs;
  long arrivedNs = -1;
  long trainNumbers;
  long trainNs;
  long smoothedRttNs = 1;
  long minRttNs = 1;
  long deliveredBytes;
  long priorDeliveredBytes;
  long totalLostBytes;
  long priorLostBytes;
  long flightAtSendBytes;
  long intervalNs;
  boolean appLimited;

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public long ackedBytes() {
    return ackedBytes;
  }

  @Override
  public long lostBytes() {
    return 0;
  }

  @Override
  public long priorInFlightBytes() {
    return priorInFlightBytes;
  }

  @Override
  public long inFlightBytes() {
    return inFlightBytes;
  }

  @Override
  public long largestAcked() {
    return largestAcked;
  }

  @Override
  public long rttNs() {
    return rttNs;
  }

  @Override
  public long ackDelayNs() {
    return ackDelayNs;
  }

  @Override
  public long arrivedNs() {
    return arrivedNs;
  }

  @Override
  public long trainNumbers() {
    return trainNumbers;
  }

  @Override
  public long trainNs() {
    return trainNs;
  }

  @Override
  public long smoothedRttNs() {
    return smoothedRttNs;
  }

  @Override
  public long minRttNs() {
    return minRttNs;
  }

  @Override
  public long deliveredBytes() {
    return deliveredBytes;
  }

  @Override
  public long priorDeliveredBytes() {
    return priorDeliveredBytes;
  }

  @Override
  public long totalLostBytes() {
    return totalLostBytes;
  }

  @Override
  public long priorLostBytes() {
    return priorLostBytes;
  }

  @Override
  public long flightAtSendBytes() {
    return flightAtSendBytes;
  }

  @Override
  public long intervalNs() {
    return intervalNs;
  }

  @Override
  public boolean appLimited() {
    return appLimited;
  }
}
