package dev.ferry.server;

import dev.ferry.engine.stopwait.ReceiverEvent;
import dev.ferry.engine.windowed.TransferEvent;
import java.net.InetSocketAddress;

/** Something worth reporting happened with a peer. */
public sealed interface ServerEvent {
  /** Where the peer is. */
  InetSocketAddress peer();

  /** By stop and wait. */
  record Lab(InetSocketAddress peer, ReceiverEvent event) implements ServerEvent {}

  /** In Ferry mode. */
  record Ferry(InetSocketAddress peer, TransferEvent event) implements ServerEvent {}
}
