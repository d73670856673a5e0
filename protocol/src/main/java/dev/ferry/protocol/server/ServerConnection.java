package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.util.Bytes;
import java.util.function.Consumer;
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
   * Enters a connection.
   *
   * @param handshake the number of the handshake that led here
   * @param settler told when something has happened to the connection that may make it send
   */
  ServerConnection(
      int id, long handshake, Connection connection, Consumer<ServerConnection> settler) {
    this.id = id;
    this.handshake = handshake;
    this.connection = connection;
    this.settler = settler;
  }

  /** Something happened to it. */
  void settle() {
    settler.accept(this);
  }
}
