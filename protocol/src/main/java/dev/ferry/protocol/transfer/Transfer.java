package dev.ferry.protocol.transfer;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way, as one end sees it: what frames mean and which are owed. Knows nothing of
 * packets; its {@link dev.ferry.protocol.connection.Connection} tells what arrived, what was
 * acknowledged and what was lost. Not thread-safe.
 */
public abstract sealed class Transfer permits FileSender, FileReceiver {
  private final ControlFrameQueue outbox;
  private final TransferLog log;

  Transfer(ControlFrameQueue outbox, TransferLog log) {
    this.outbox = outbox;
    this.log = log;
  }

  final ControlFrameQueue outbox() {
    return outbox;
  }

  public final TransferLog log() {
    return log;
  }

  /** How much of the file is at the receiver, as far as this end knows, in bytes. */
  public abstract long doneBytes();

  /** Whether nothing is left to do but to see that the peer knows. */
  public abstract boolean isOver();

  /** Whether something runs beside the engine and will call back. */
  public abstract boolean isBusy();

  /**
   * Whether it is the peer's turn, whose disk may take its time: then a peer that shows signs of
   * life is waited for.
   */
  public abstract boolean isWaiting();

  public abstract void onAccept(Accept accept, long nowNs);

  /** The peer turns it down. */
  public final void onReject(Reject reject, long nowNs) {
    RefusalReason reason = RefusalReason.ofCode(reject.reason());
    outbox.close(new Close(Close.DONE, ""));
    end(new TransferFailure.Refused(reason == null ? RefusalReason.IO_ERROR : reason), nowNs);
  }

  /**
   * Content arrived.
   *
   * @return false if it cannot be taken now, so that its packet must count as lost
   */
  public abstract boolean onData(long offset, ByteBuffer content, long nowNs);

  public abstract void onWindow(long limit);

  public abstract void onFinish(Finish finish, long nowNs);

  public abstract void onDone(long nowNs);

  /** Whether there is content that may be sent now. */
  public abstract boolean hasContent();

  /**
   * Writes a data frame with as much as fits: what was lost first.
   *
   * @param piece is told what was written; untouched if nothing was
   * @return whether anything was written
   */
  public abstract boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs);

  /** Writes a piece that is in flight once more, as far as it fits. */
  public abstract boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs);

  /** Content has arrived at the peer. */
  public abstract void onContentAcknowledged(long offset, int length, boolean wasLost, long nowNs);

  public abstract void onContentLost(long offset, int length);

  /** It is over for a reason outside: the connection has ended, or is about to. */
  public abstract void end(TransferFailure failure, long nowNs);

  /** The peer broke the protocol. */
  final void violated(String detail, long nowNs) {
    outbox.close(new Close(Close.PROTOCOL_VIOLATION, detail));
    end(new TransferFailure.Violation(detail), nowNs);
  }

  /** The next thing to report, or null. */
  public final @Nullable TransferEvent pollEvent() {
    return log.poll();
  }

  /** A part of a file. */
  public static final class Piece {
    public long offset;
    public int length;

    public void set(long newOffset, int newLength) {
      offset = newOffset;
      length = newLength;
    }
  }
}
