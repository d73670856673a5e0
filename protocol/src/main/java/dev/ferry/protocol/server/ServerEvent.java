package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import java.net.InetSocketAddress;

/** An event of a server, about one peer. */
public sealed interface ServerEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    LAB,
    FERRY
  }

  /** The constant of this event's type. */
  Kind kind();

  /** The address of the peer. */
  InetSocketAddress peer();

  /** An event of lab mode. */
  record Lab(InetSocketAddress peer, ReceiverEvent event) implements ServerEvent {
    @Override
    public Kind kind() {
      return Kind.LAB;
    }
  }

  /**
   * An event of Ferry mode.
   *
   * @param connection the number of the connection, which no other one of the server has
   */
  record Ferry(InetSocketAddress peer, long connection, TransferEvent event)
      implements ServerEvent {
    @Override
    public Kind kind() {
      return Kind.FERRY;
    }
  }
}
