package dev.ferry.api;

import dev.ferry.runtime.TransportChoice;

/** The transport of a client's packets. */
public enum Transport {
  /** UDP first, then TCP if there is no answer within some seconds. */
  AUTO(TransportChoice.AUTO),
  /** UDP only. */
  UDP(TransportChoice.UDP),
  /** TCP only, which implies {@link Mode#FERRY}. */
  TCP(TransportChoice.TCP);

  final TransportChoice inRuntime;

  Transport(TransportChoice inRuntime) {
    this.inRuntime = inRuntime;
  }
}
