package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.wire.Varint;
import java.util.Locale;

/**
 * When the packets of an acknowledgement arrived, by the receiver's clock (protocol.md, section
 * 10). All times are in microseconds, 0 … {@link Varint#MAX}; the peer states them, so limit them
 * before any arithmetic. Reusable; only the constructor allocates.
 */
public final class AckTimes {
  private long delayUs;
  private long arrivedUs;
  private long trainNumbers;
  private long trainUs;

  /**
   * Sets all times.
   *
   * @param newDelayUs how long the acknowledgement of the largest number was delayed
   * @param newArrivedUs when the largest number arrived, since an instant of the receiver's choice
   * @param newTrainNumbers how far below the largest number the first packet is that no earlier
   *     acknowledgement listed, at most the largest number; 0 if it came later than the largest
   * @param newTrainUs how much earlier that packet arrived
   * @return this
   */
  public AckTimes set(long newDelayUs, long newArrivedUs, long newTrainNumbers, long newTrainUs) {
    delayUs = checked(newDelayUs);
    arrivedUs = checked(newArrivedUs);
    trainNumbers = checked(newTrainNumbers);
    trainUs = checked(newTrainUs);
    return this;
  }

  private static long checked(long number) {
    if (number < 0 || number > Varint.MAX) {
      throw new IllegalArgumentException("not in 0 … 2^62 − 1: " + number);
    }
    return number;
  }

  /** How long the acknowledgement of the largest number was delayed. */
  public long delayUs() {
    return delayUs;
  }

  /** When the largest number arrived. */
  public long arrivedUs() {
    return arrivedUs;
  }

  /** How far below the largest number the first packet is that was not acknowledged before. */
  public long trainNumbers() {
    return trainNumbers;
  }

  /** How much earlier than the largest number that packet arrived. */
  public long trainUs() {
    return trainUs;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "delay=%d arrived=%d train=%d span=%d",
        delayUs,
        arrivedUs,
        trainNumbers,
        trainUs);
  }
}
