package dev.ferry.protocol.server;

/** How a client goes about it. */
enum Manner {
  /** A put that begins as the lab does. */
  PUT_VIA_LAB,
  /** A put that begins with the hello. */
  PUT,
  GET
}
