package dev.ferry.protocol.connection;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** One end of a connection as an engine of its own. */
final class ConnectionEngine implements Engine<TransferEvent> {
  final Connection connection;

  ConnectionEngine(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    connection.handle(datagram, from, nowNs);
  }

  @Override
  public void onUnreachable(long nowNs) {}

  @Override
  public void onDisconnected(long nowNs) {}

  @Override
  public boolean isEnded() {
    return connection.isEnded();
  }

  @Override
  public void onTimeout(long nowNs) {
    connection.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return connection.pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    return connection.nextTimeout();
  }

  @Override
  public TransferEvent pollEvent() {
    return connection.pollEvent();
  }
}
