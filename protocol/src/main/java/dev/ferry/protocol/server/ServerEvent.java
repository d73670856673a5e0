package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import java.net.InetSocketAddress;

/** An event of a server, about one peer. */
public sealed interface ServerEvent {
  /** A constant for each type of event, for switches. */
  enum Kind {
    LAB,
    FERRY,
    IGNORED
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

  /**
   * Clients, or strangers, have begun with something that the server meets with silence; only if
   * that is watched ({@link ServerEngine#watchIgnored}).
   *
   * @param peer the last of them
   * @param count how many datagrams since the last event with this reason, at least 1
   */
  record Ignored(InetSocketAddress peer, Reason reason, long count) implements ServerEvent {
    /** Why. */
    public enum Reason {
      /** Without a key; the server has one. */
      NO_KEY,
      /** With another key than the server's. */
      ANOTHER_KEY,
      /** With a key; the server has none. */
      KEY_NOT_WANTED,
      /** In lab mode, which is not served. */
      NO_LAB,
      /** Not a start, nor a hello, as the protocol has them. */
      MALFORMED
    }

    @Override
    public Kind kind() {
      return Kind.IGNORED;
    }
  }
}
