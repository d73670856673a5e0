package dev.ferry.client;

/** The transport of the packets. */
enum Transport {
  /** UDP first, then TCP if there is no answer. */
  AUTO,
  UDP,
  TCP
}
