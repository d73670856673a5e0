package dev.ferry.protocol.connection;

import dev.ferry.protocol.connection.Connection.State;
import dev.ferry.protocol.recovery.congestion.CongestionObserver;

/**
 * Is told what happens on a connection, and what its congestion control decides, for traces and
 * statistics. It changes nothing: it must not call the connection, and whether there is one makes
 * no difference to what is sent. Called on the engine's thread, in the order in which things
 * happen. By default nothing is done.
 *
 * <p>Numbers are those of packets, sizes are those of whole datagrams in bytes.
 */
public interface ConnectionObserver extends CongestionObserver {
  /** Does nothing. */
  ConnectionObserver NONE = new ConnectionObserver() {};

  /**
   * A packet was sent.
   *
   * @param ackEliciting whether it calls for an acknowledgement; only then it is in flight
   */
  default void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {}

  /**
   * A packet was acknowledged for the first time.
   *
   * @param wasLost whether it had been declared lost
   */
  default void onPacketAcked(long number, int bytes, boolean wasLost, long nowNs) {}

  /** A packet was declared lost. */
  default void onPacketLost(long number, int bytes, long nowNs) {}

  /**
   * What is known of the path may have changed: after an acknowledgement, a timeout of loss
   * detection, or a move of the peer.
   *
   * @param windowBytes how much may be in flight
   * @param inFlightBytes how much is in flight
   * @param bytesPerSecond how fast packets are paced
   * @param smoothedRttNs what is assumed before the first sample
   */
  default void onPathChanged(
      long windowBytes, long inFlightBytes, long bytesPerSecond, long smoothedRttNs, long nowNs) {}

  /** The life of the connection goes on. */
  default void onStateChanged(State from, State to, long nowNs) {}
}
