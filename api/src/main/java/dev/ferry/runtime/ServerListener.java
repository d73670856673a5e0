package dev.ferry.runtime;

import dev.ferry.protocol.server.ServerEvent;

/** Is told about the transfers of a server, on the thread that runs it. */
@FunctionalInterface
public interface ServerListener {
  /** A transfer has begun or ended. */
  void onEvent(ServerEvent event, long nowNs);

  /**
   * Each datagram is a system call of its own, although that is not wanted.
   *
   * @param reason why
   */
  default void offloadMissing(String reason) {}
}
