package dev.ferry.protocol.transfer;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Reject;

/** One file on its way, as one end sees it: what sender and receiver have in common. */
abstract sealed class AbstractTransfer implements Transfer
    permits ContentlessTransfer, FileReceiver, FileSender {
  private final TransferContext context;
  private final TransferLog log;

  AbstractTransfer(TransferContext context, TransferLog log) {
    this.context = context;
    this.log = log;
  }

  /** The number of the file in its connection. */
  final int fileId() {
    return context.file();
  }

  /** Whether content may be followed by other frames in its packet. */
  final boolean sharesPackets() {
    return context.sharesPackets();
  }

  /** The stage may have changed, and not within a call of the connection. */
  final void changed() {
    context.changed();
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
}
