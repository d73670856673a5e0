package dev.ferry.client;

/** What carries the packets. */
enum Transport {
  /** UDP, and TCP if nothing answers over it. */
  AUTO,
  UDP,
  TCP
}
