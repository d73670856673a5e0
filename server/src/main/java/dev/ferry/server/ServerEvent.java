package dev.ferry.server;

import dev.ferry.engine.stopwait.ReceiverEvent;
import java.net.InetSocketAddress;

/** Something worth reporting happened with a peer. */
public record ServerEvent(InetSocketAddress peer, ReceiverEvent event) {}
