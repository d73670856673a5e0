package dev.ferry.protocol.transfer;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;

/** A transfer that the server turned down: over before it began. */
public final class RefusedTransfer extends ContentlessTransfer {
  private RefusedTransfer(TransferContext context, TransferLog log) {
    super(context, log);
  }

  /** A get of a file, or of a list, that cannot be had. */
  static RefusedTransfer of(
      TransferContext context,
      Operation operation,
      String name,
      StorageException cause,
      long nowNs) {
    TransferLog log = new TransferLog(operation, name, 0, context, nowNs);
    context.frames().reject(Reject.of(context.file(), cause));
    log.failed(new TransferFailure.Unstorable(cause), 0, nowNs);
    return new RefusedTransfer(context, log);
  }

  /** What the client asks for is not among what the server answers; ends the connection. */
  static RefusedTransfer unanswered(TransferContext context, Open open, long nowNs) {
    TransferLog log = new TransferLog(open.operation(), open.name(), 0, context, nowNs);
    context.close(new Close(Close.DONE, ""), nowNs);
    log.failed(TransferFailure.Refused.UNANSWERED, 0, nowNs);
    return new RefusedTransfer(context, log);
  }

  /** A put of content of unknown size, which the server does not take; ends the connection. */
  static RefusedTransfer unknownSize(TransferContext context, Open open, long nowNs) {
    return given(
        context,
        open,
        new Close(Close.DONE, ""),
        new TransferFailure.Refused(
            RefusalReason.NOT_PERMITTED, "it takes only files whose size is known", 0),
        nowNs);
  }

  /** A put of content whose beginning an earlier connection has taken; ends the connection. */
  static RefusedTransfer goneBy(TransferContext context, Open open, long nowNs) {
    Close close = new Close(Close.STOPPED, "");
    return given(context, open, close, new TransferFailure.LostContact(), nowNs);
  }

  private static RefusedTransfer given(
      TransferContext context, Open open, Close close, TransferFailure failure, long nowNs) {
    TransferLog log =
        new TransferLog(open.operation(), open.name(), open.file().sizeBytes(), context, nowNs);
    context.close(close, nowNs);
    log.failed(failure, 0, nowNs);
    return new RefusedTransfer(context, log);
  }

  /** A put whose place a later attempt has taken; ends the connection. */
  public static RefusedTransfer superseded(TransferContext context, Open open, long nowNs) {
    TransferLog log =
        new TransferLog(Operation.PUT, open.name(), open.file().sizeBytes(), context, nowNs);
    context.close(new Close(Close.SUPERSEDED, ""), nowNs);
    log.failed(new TransferFailure.Superseded(), 0, nowNs);
    return new RefusedTransfer(context, log);
  }

  @Override
  public Stage stage() {
    return Stage.OVER;
  }

  @Override
  public boolean isWaiting(long nowNs) {
    return false;
  }

  @Override
  public SendLimit waitsFor() {
    return SendLimit.ROUND_TRIP;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    violated("an accept that does not fit", nowNs);
  }

  @Override
  public void onFinish(Finish finish, long nowNs) {
    violated("a finish for the sender", nowNs);
  }

  @Override
  public void onDone(long nowNs) {
    // Sent before the client knew.
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    // It ended when it was refused.
  }
}
