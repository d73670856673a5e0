package dev.ferry.protocol.connection;

/** Which end of a connection it is. */
public enum Role {
  /** The end that asks for the transfer, and that may move. */
  CLIENT,
  /** The end that is asked. */
  SERVER
}
