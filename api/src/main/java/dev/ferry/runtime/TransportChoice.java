package dev.ferry.runtime;

/** The transport of the packets. */
public enum TransportChoice {
  /** UDP first, then TCP if there is no answer. */
  AUTO,
  UDP,
  TCP
}
