package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * Decides how much may be in flight on one path, and how fast it is sent. It is only told of
 * packets that call for an acknowledgement, and that were sent on its path.
 *
 * <p>Order of calls: {@link #onPacketSent} for each packet. For an acknowledgement, first {@link
 * #onPacketAcked} for each packet that it newly acknowledged and {@link #onSpuriousLoss} for each
 * that had been declared lost by mistake; then {@link #onPacketLost} for each that is lost because
 * of it, in the order in which they were sent, and {@link #onPersistentCongestion} if that was it;
 * last {@link #onAck}, unless nothing was newly acknowledged. Losses that are noticed by a timer
 * come without {@link #onAck}. {@link #windowBytes}, {@link #pacingBytesPerSecond} and {@link
 * #sendQuantumBytes} are looked at between these groups; {@link #onWindowLimited} and {@link
 * #onPacketSize} may come there.
 *
 * <p>Times are nanoseconds of a clock that may overflow; sizes are those of whole datagrams in
 * bytes. Implementations are deterministic and not thread-safe.
 */
public interface CongestionController {
  /**
   * How long the pacing rate takes for what a sender may gather before it sends again, so that the
   * packets go out together: half of the longest burst.
   */
  long RUN_NS = 125 * Nanos.MICROSECOND;

  /**
   * A packet has been sent.
   *
   * @param inFlightBytes what is in flight now, itself included
   */
  void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs);

  /**
   * A packet has been acknowledged.
   *
   * @param sentNs when it was sent
   * @param appLimited whether it was sent while there was not enough to send
   */
  void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited);

  /**
   * A packet has been declared lost.
   *
   * @param sentNs when it was sent
   * @param flightAtSendBytes what was in flight when it had been sent, itself included
   * @param lostSinceBytes what has been declared lost since it was sent, itself included
   */
  void onPacketLost(
      long number, int bytes, long sentNs, long flightAtSendBytes, long lostSinceBytes, long nowNs);

  /**
   * A packet that had been declared lost has arrived after all.
   *
   * @param sentNs when it was sent
   */
  void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs);

  /** Everything was lost for so long that the path must be thought of as another one. */
  void onPersistentCongestion(long nowNs);

  /**
   * An acknowledgement has been taken in.
   *
   * @param sample what it tells; valid during the call only
   */
  void onAck(AckSample sample);

  /** A packet could have been sent, but for the window. */
  void onWindowLimited();

  /**
   * Full datagrams have another length from now on; what the path carries has not changed.
   *
   * @param packetBytes 1 … 65507
   */
  void onPacketSize(int packetBytes);

  /** How much may be in flight, in bytes; at least two packets. */
  long windowBytes();

  /** How fast to send, in bytes per second; above 0. */
  long pacingBytesPerSecond();

  /** How much may be sent back to back, in bytes; at least one packet. */
  long sendQuantumBytes();

  /** What it does now. */
  CongestionState state();

  /** What it holds to be true; made when it is asked for. */
  CongestionView view();

  /**
   * What an earlier connection found on the same path (RFC 9959), before the first packet is sent.
   * Controllers that begin with nothing but their own knowledge ignore it.
   *
   * @param bytesPerSecond what the path carried, above 0
   * @param rttNs its round-trip time without a queue, above 0
   */
  default void resume(long bytesPerSecond, long rttNs) {}

  /**
   * Reports its decisions from now on.
   *
   * @param observer in place of the one before
   */
  void reportTo(CongestionObserver observer);
}
