package dev.ferry.runtime;

import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;

/** Congestion control of what is sent over UDP in Ferry mode. */
public enum Congestion {
  /** Tells loss from congestion, see {@link CongestionAlgorithm#MODEL}. */
  MODEL(CongestionAlgorithm.MODEL),
  /** Gives way to everything else, see {@link CongestionAlgorithm#BACKGROUND}. */
  BACKGROUND(CongestionAlgorithm.BACKGROUND),
  /** RFC 9438. */
  CUBIC(CongestionAlgorithm.CUBIC),
  /** RFC 9002, section 7. */
  NEWRENO(CongestionAlgorithm.NEW_RENO);

  final CongestionAlgorithm algorithm;

  Congestion(CongestionAlgorithm algorithm) {
    this.algorithm = algorithm;
  }
}
