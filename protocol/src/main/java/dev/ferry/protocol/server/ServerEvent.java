package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
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
