package dev.ferry.protocol.recovery.congestion;

/**
 * A round trip for judging losses: it begins with the first loss, so that it holds all that one
 * congestion causes (BBR.loss_round_delivered; draft-ietf-ccwg-bbr, section 5.5.10). Not
 * thread-safe.
 */
final class LossRound {
  private boolean lossy;
  private long endBytes;

  /**
   * A packet was lost.
   *
   * @param deliveredBytes the connection's count
   */
  void onLost(long deliveredBytes) {
    if (!lossy) {
      lossy = true;
      endBytes = deliveredBytes;
    }
  }

  /**
   * An acknowledgement came in.
   *
   * @return whether it ends a round and begins the next one
   */
  boolean onAck(AckSample sample) {
    if (sample.priorDeliveredBytes() < endBytes) {
      return false;
    }
    endBytes = sample.deliveredBytes();
    return true;
  }

  /** Whether something was lost in the round. */
  boolean isLossy() {
    return lossy;
  }

  /** What was lost has been judged, or does not matter any more. */
  void clear() {
    lossy = false;
  }
}
