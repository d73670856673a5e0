package dev.ferry.runtime;

/** What carries the packets. */
public enum Transport {
  /** UDP, and TCP if nothing answers over it. */
  AUTO,
  UDP,
  TCP
}
