package dev.ferry.runtime;

import java.io.IOException;

/** A server cannot listen where it should. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is not to be had. */
  public enum Reason {
    /** The UDP port, because another process has it or the address is not of this machine. */
    UDP_PORT,
    /** The TCP port, for the same reasons. */
    TCP_PORT,
    /** Any socket. */
    SOCKET
  }

  private final Reason reason;

  ListenException(Reason reason, String message, IOException cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is not to be had. */
  public Reason reason() {
    return reason;
  }
}
