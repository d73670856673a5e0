package dev.ferry.runtime;

import java.io.IOException;

/** A server cannot listen on its address. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1;

  /** The missing resource. */
  public enum Reason {
    /** The UDP port: it is in use, or the address does not belong to this machine. */
    UDP_PORT,
    /** The TCP port. */
    TCP_PORT,
    /** Any socket. */
    SOCKET
  }

  private final Reason reason;

  ListenException(Reason reason, String message, IOException cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The missing resource. */
  public Reason reason() {
    return reason;
  }
}
