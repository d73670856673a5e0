package dev.ferry.api;

/** What carries a client's packets. */
public enum Transport {
  /** UDP, and TCP if nothing answers over it within some seconds. */
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
