package dev.ferry.api;

/** Congestion control of what is sent over UDP in {@link TransferMode#FERRY}. */
public enum Congestion {
  /** Tells loss from congestion, and so uses links that lose packets. */
  MODEL(dev.ferry.runtime.Congestion.MODEL),
  /** Gives way to everything else on the path, and takes what is left. */
  BACKGROUND(dev.ferry.runtime.Congestion.BACKGROUND),
  /** What most TCP senders do (RFC 9438): every loss is congestion. */
  CUBIC(dev.ferry.runtime.Congestion.CUBIC),
  /** The default of QUIC (RFC 9002): every loss is congestion. */
  NEW_RENO(dev.ferry.runtime.Congestion.NEWRENO);

  final dev.ferry.runtime.Congestion inRuntime;

  Congestion(dev.ferry.runtime.Congestion inRuntime) {
    this.inRuntime = inRuntime;
  }
}
