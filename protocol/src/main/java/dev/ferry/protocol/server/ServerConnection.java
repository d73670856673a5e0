package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.connection.ServerTransferFactory;
import dev.ferry.protocol.util.Bytes;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection of Ferry mode. */
final class ServerConnection extends TimerQueue.Entry {
  final int id;

  /** Later handshakes have greater numbers. */
  final long handshake;

  final Connection connection;
  private final Consumer<ServerConnection> settler;

  /** Whether its server has yet to see to what happened. */
  boolean unsettled;

  /** The put that it is about; null if it is not about one. */
  @Nullable Bytes put;

  /**
   * Creates a session and its connection.
   *
   * @param handshake the number of the handshake that led here
   * @param connections makes one that asks so what to do
   * @param transfers what there is to be done
   * @param settler told when something has happened to the session that may make it send
   */
  ServerConnection(
      int id,
      long handshake,
      Function<ServerTransferFactory, Connection> connections,
      TransferRegistry transfers,
      Consumer<ServerConnection> settler) {
    this.id = id;
    this.handshake = handshake;
    this.settler = settler;
    this.connection =
        connections.apply((open, outbox, nowNs) -> transfers.begin(this, open, outbox, nowNs));
  }

  /** Something happened to it. */
  void settle() {
    settler.accept(this);
  }
}
