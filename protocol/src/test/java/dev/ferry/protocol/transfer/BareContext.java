package dev.ferry.protocol.transfer;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.ConnectionStats;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.util.ArrayList;
import java.util.List;

/** What a connection is to a transfer that is looked at alone: remembers what it is told. */
final class BareContext implements TransferContext {
  private final ControlFrameQueue frames = new ControlFrameQueue(0, queue -> {});
  private final ConnectionStats stats = new ConnectionStats();
  private final int packetBytes;
  private final int earlyPackets;
  final List<TransferEvent> events = new ArrayList<>();
  Close closed;

  BareContext(int packetBytes, int earlyPackets) {
    this.packetBytes = packetBytes;
    this.earlyPackets = earlyPackets;
  }

  @Override
  public int file() {
    return 0;
  }

  @Override
  public boolean sharesPackets() {
    return false;
  }

  @Override
  public boolean checksBlockSums() {
    return false;
  }

  @Override
  public void progressed(long nowNs) {}

  @Override
  public void changed() {}

  @Override
  public void report(TransferEvent event) {
    events.add(event);
  }

  @Override
  public ControlFrameQueue frames() {
    return frames;
  }

  @Override
  public ConnectionStats stats() {
    return stats;
  }

  @Override
  public ConnectionSnapshot snapshot(long nowNs) {
    return null; // Nobody looks at it.
  }

  @Override
  public int firstPacketBytes() {
    return packetBytes;
  }

  @Override
  public int earlyPackets() {
    return earlyPackets;
  }

  @Override
  public boolean takesUnknownSizes() {
    return true;
  }

  @Override
  public long idlePatienceNs() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean isAnswered(Operation operation) {
    return true;
  }

  @Override
  public long peersKinds() {
    return FileKind.ALL;
  }

  @Override
  public int maxPieces() {
    return 1_000;
  }

  @Override
  public long endLeftOutNumbers() {
    return 0;
  }

  @Override
  public void close(Close close, long nowNs) {
    closed = close;
  }
}
