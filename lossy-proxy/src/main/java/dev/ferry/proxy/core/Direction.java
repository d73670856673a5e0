package dev.ferry.proxy.core;

/** Which way a datagram goes. */
public enum Direction {
  /** From a client to the server. */
  UP,
  /** From the server to a client. */
  DOWN
}
