package dev.ferry.runtime;

import dev.ferry.protocol.server.ServerEvent;

/** Is told about the transfers of a server, on the thread that runs it. */
@FunctionalInterface
public interface ServerListener {
  /** A transfer has begun or ended. */
  void onEvent(ServerEvent event, long nowNs);
}
