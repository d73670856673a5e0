package dev.ferry.api;

/** The transport of a client's packets. */
public enum Transport {
  /** UDP first, then TCP if there is no answer within some seconds. */
  AUTO(dev.ferry.runtime.Transport.AUTO),
  /** UDP only. */
  UDP(dev.ferry.runtime.Transport.UDP),
  /** TCP only, which implies {@link Mode#FERRY}. */
  TCP(dev.ferry.runtime.Transport.TCP);

  final dev.ferry.runtime.Transport inRuntime;

  Transport(dev.ferry.runtime.Transport inRuntime) {
    this.inRuntime = inRuntime;
  }
}
