package dev.ferry.protocol.recovery.congestion;

/**
 * Notices that sending faster does not deliver more (draft-ietf-ccwg-bbr, section 5.3.1.2): the
 * rate of delivery has not grown by a quarter for some round trips. Not thread-safe.
 */
final class FullPipe {
  private static final double GROWTH = 1.25;

  /** A round with fewer packets says nothing. */
  private static final int MIN_PACKETS = 8;

  private double bandwidth;
  private int rounds;
  private int packets;
  private boolean fullNow;
  private boolean reached;

  /** Packets have been acknowledged. */
  void onAcked() {
    packets++;
  }

  /** Looks for growth again, above a rate. */
  void restart(double fromBandwidth) {
    bandwidth = fromBandwidth;
    rounds = 0;
    fullNow = false;
  }

  /**
   * A round trip is over whose packets were not limited by the application.
   *
   * @param rate what was delivered last, −1 if unknown
   * @param neededRounds how many rounds without growth are enough
   */
  void endRound(double rate, int neededRounds) {
    if (fullNow || packets < MIN_PACKETS) {
      return;
    }
    packets = 0;
    if (rate >= bandwidth * GROWTH) {
      restart(rate);
      return;
    }
    rounds++;
    if (rounds >= neededRounds) {
      fullNow = true;
      reached = true;
    }
  }

  /** How many rounds there was no growth. */
  int rounds() {
    return rounds;
  }

  /** Whether the pipe is full since the last {@link #restart}. */
  boolean isFull() {
    return fullNow;
  }

  /** Whether it has ever been full: Startup is over (BBR.full_bw_reached). */
  boolean wasReached() {
    return reached;
  }

  /** Losses have shown that it is full. */
  void reach() {
    reached = true;
  }
}
