package dev.ferry.server;

import dev.ferry.engine.windowed.Acceptor;
import dev.ferry.engine.windowed.Connection;
import dev.ferry.wire.ferry.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection of Ferry mode. */
final class FerrySession extends Agenda.Entry {
  final int id;

  /** Later handshakes have greater numbers. */
  final long handshake;

  final Connection connection;

  /** The put that it is about; null if it is not about one. */
  @Nullable Bytes put;

  /**
   * Creates a session and its connection.
   *
   * @param handshake the number of the handshake that led here
   * @param connections makes one that asks so what to do
   * @param acceptors what the session does when it is asked
   */
  FerrySession(
      int id,
      long handshake,
      Function<Acceptor, Connection> connections,
      Function<FerrySession, Acceptor> acceptors) {
    this.id = id;
    this.handshake = handshake;
    this.connection =
        connections.apply(
            (open, outbox, nowNs) -> acceptors.apply(this).accept(open, outbox, nowNs));
  }
}
