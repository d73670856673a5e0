package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import java.net.InetSocketAddress;

/** An event of a server, about one peer. */
public sealed interface ServerEvent {
  /** The address of the peer. */
  InetSocketAddress peer();

  /** An event of lab mode. */
  record Lab(InetSocketAddress peer, ReceiverEvent event) implements ServerEvent {}

  /** An event of Ferry mode. */
  record Ferry(InetSocketAddress peer, TransferEvent event) implements ServerEvent {}
}
