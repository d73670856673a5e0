package dev.ferry.protocol.transfer;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import org.jspecify.annotations.Nullable;

/** One file on its way, as one end sees it: what sender and receiver have in common. */
abstract sealed class AbstractTransfer implements Transfer
    permits FileSender, FileReceiver, RefusedTransfer {
  private final TransferContext context;
  private final TransferLog log;

  AbstractTransfer(TransferContext context, TransferLog log) {
    this.context = context;
    this.log = log;
  }

  final ControlFrameQueue frames() {
    return context.frames();
  }

  /** See {@link TransferContext#endLeftOutNumbers}. */
  final long endLeftOutNumbers() {
    return context.endLeftOutNumbers();
  }

  final TransferLog log() {
    return log;
  }

  /** Whether it is the peer's turn: then a peer that shows signs of life is waited for. */
  abstract boolean isWaiting(long nowNs);

  @Override
  public final long progressNs() {
    return log.progressNs();
  }

  @Override
  public final void onPacket(long nowNs) {
    if (isWaiting(nowNs)) {
      log.phaseChanged(nowNs);
    }
  }

  @Override
  public final void onReject(Reject reject, long nowNs) {
    RefusalReason reason = RefusalReason.ofCode(reject.reason());
    close(Close.DONE, "", nowNs);
    end(
        new TransferFailure.Refused(
            reason == null ? RefusalReason.IO_ERROR : reason,
            reject.text(),
            reject.retryAfterSeconds()),
        nowNs);
  }

  final void close(int code, String text, long nowNs) {
    context.close(new Close(code, text), nowNs);
  }

  /** The peer broke the protocol. */
  final void violated(String detail, long nowNs) {
    close(Close.PROTOCOL_VIOLATION, detail, nowNs);
    end(new TransferFailure.Violation(detail), nowNs);
  }

  @Override
  public final @Nullable TransferEvent pollEvent() {
    return log.poll();
  }
}
