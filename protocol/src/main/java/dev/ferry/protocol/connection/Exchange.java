package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.wire.frame.Frame.Close;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is about: its transfer, once there is one, the frames that are owed for it, and
 * whether it is over. Not thread-safe.
 */
final class Exchange implements TransferContext {
  private final ControlFrameQueue outbox = new ControlFrameQueue();
  private final ConnectionStats stats = new ConnectionStats();
  private final int firstPacketBytes;
  private @Nullable Transfer transfer;
  private ContentStream content = ContentStream.NONE;
  private boolean abandoned;

  Exchange(int firstPacketBytes) {
    this.firstPacketBytes = firstPacketBytes;
  }

  @Override
  public ControlFrameQueue frames() {
    return outbox;
  }

  @Override
  public ConnectionStats stats() {
    return stats;
  }

  @Override
  public int firstPacketBytes() {
    return firstPacketBytes;
  }

  @Override
  public int maxPieces() {
    return PacketSender.MAX_PACKETS;
  }

  @Override
  public void close(Close close, long nowNs) {
    outbox.close(close);
  }

  @Nullable Transfer transfer() {
    return transfer;
  }

  /** What is sent of the transfer's content. */
  ContentStream content() {
    return content;
  }

  void begin(TransferFactory factory, long nowNs) {
    Transfer begun = factory.begin(this, nowNs);
    transfer = begun;
    content = begun.content();
  }

  /** Whether nothing the peer says matters any more. */
  boolean isOver() {
    return abandoned || isClosing();
  }

  /** Whether the peer is to be told that it is over. */
  boolean isClosing() {
    return outbox.closing() != null;
  }

  /** Whether it is over and there is nobody to be told. */
  boolean isAbandoned() {
    return abandoned;
  }

  /** Ends it, and tells the peer. */
  void close(Close close, TransferFailure failure, long nowNs) {
    close(close, nowNs);
    end(failure, nowNs);
  }

  /** The peer broke the protocol. */
  void violated(String detail, long nowNs) {
    close(
        new Close(Close.PROTOCOL_VIOLATION, detail), new TransferFailure.Violation(detail), nowNs);
  }

  /** Ends it without a word. */
  void abandon(TransferFailure failure, long nowNs) {
    abandoned = true;
    end(failure, nowNs);
  }

  private void end(TransferFailure failure, long nowNs) {
    if (transfer != null) {
      transfer.end(failure, nowNs);
    }
  }
}
