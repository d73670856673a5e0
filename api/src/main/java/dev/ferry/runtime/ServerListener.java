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

  /**
   * The hook has looked at a file.
   *
   * @param name the file's, not yet escaped
   * @param outcome how it has ended, such as {@code exit 0}
   * @param output the beginning of what it has written, as it was
   */
  default void hookEnded(String name, String outcome, String output) {}
}
