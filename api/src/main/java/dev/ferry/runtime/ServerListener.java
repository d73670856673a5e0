package dev.ferry.runtime;

import dev.ferry.protocol.server.ServerEvent;

/** Hears what a server does; called on the thread that runs it. */
@FunctionalInterface
public interface ServerListener {
  /** Something worth reporting happened with a peer. */
  void onEvent(ServerEvent event, long nowNs);
}
