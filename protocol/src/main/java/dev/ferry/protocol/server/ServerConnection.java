package dev.ferry.protocol.server;

import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's record of one connection of Ferry mode. */
final class ServerConnection extends TimerQueue.Entry {
  final int id;

  /** The number of the handshake; a later handshake has a greater one. */
  final long handshake;

  final Connection connection;

  /** The memory for what the connection has in flight. */
  final ByteBudget.Share inFlight;

  /** The memory for its files. */
  final ByteBudget.Share files;

  private final Consumer<ServerConnection> onChange;

  /** What its client has asked for last; null before that. */
  @Nullable Open open;

  /** Whether it is marked, and its server has not collected its events yet. */
  boolean changed;

  /** The puts in it, by the numbers of their files. */
  final Map<Integer, TransferRegistry.PutKey> puts = new HashMap<>(2);

  /**
   * Creates the record of a connection.
   *
   * @param handshake the number of its handshake
   * @param inFlight the memory for what it has in flight
   * @param files the memory for its files
   * @param onChange is told when the connection may have something to send
   */
  ServerConnection(
      int id,
      long handshake,
      Connection connection,
      ByteBudget.Share inFlight,
      ByteBudget.Share files,
      Consumer<ServerConnection> onChange) {
    this.id = id;
    this.handshake = handshake;
    this.connection = connection;
    this.inFlight = inFlight;
    this.files = files;
    this.onChange = onChange;
  }

  /** Tells the server that the connection may have something to send. */
  void markChanged() {
    onChange.accept(this);
  }
}
