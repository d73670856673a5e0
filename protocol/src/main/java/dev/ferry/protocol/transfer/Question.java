package dev.ferry.protocol.transfer;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The client of what is answered without content (protocol.md, section 11.6): a file is verified,
 * or removed. It is over with the done, once all that is to come before it has come, in whatever
 * order.
 */
public final class Question extends ContentlessTransfer {
  private static final byte[] NO_DIGEST = {};

  private final Operation operation;
  private final boolean wantsDigest;
  private final Listener listener;
  private @Nullable FileAttributes attributes;
  private byte[] sha256 = NO_DIGEST;
  private boolean done;
  private boolean over;

  /** Is told the answer. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The server has answered; before {@link dev.ferry.protocol.connection.TransferEvent.Finished}
     * is reported.
     *
     * @param file what the server has; null for what was removed
     * @param sha256 32 bytes; none if no digest was asked for
     */
    void answered(@Nullable FileAttributes file, byte[] sha256);
  }

  private Question(TransferContext context, TransferLog log, Open open, Listener listener) {
    super(context, log);
    this.operation = open.operation();
    this.wantsDigest = operation == Operation.VERIFY && !open.failIfExists();
    this.listener = listener;
  }

  /**
   * Asks.
   *
   * @param context the connection that carries it
   * @param open verify or remove
   */
  public static Transfer ask(TransferContext context, Open open, Listener listener, long nowNs) {
    if (!context.isAnswered(open.operation())) {
      return RefusedTransfer.unanswered(context, open, nowNs);
    }
    TransferLog log = new TransferLog(open.operation(), open.name(), 0, context, nowNs);
    context.frames().open(open);
    return new Question(context, log, open, listener);
  }

  @Override
  public Stage stage() {
    return over ? Stage.OVER : Stage.ACTIVE;
  }

  @Override
  public boolean isWaiting(long nowNs) {
    return !over;
  }

  @Override
  public SendLimit waitsFor() {
    return SendLimit.ROUND_TRIP;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    if (operation != Operation.VERIFY || !accept.receivedRanges().isEmpty()) {
      violated("an accept that does not fit", nowNs);
      return;
    }
    attributes = accept.file();
    log().phaseChanged(nowNs);
    endIfComplete(nowNs);
  }

  @Override
  public void onFinish(Finish finish, long nowNs) {
    Bytes digest = finish.check().sha256();
    if (!wantsDigest || digest == null) {
      violated("a finish that does not fit", nowNs);
      return;
    }
    sha256 = digest.toArray();
    endIfComplete(nowNs);
  }

  @Override
  public void onDone(long nowNs) {
    done = true;
    endIfComplete(nowNs);
  }

  private void endIfComplete(long nowNs) {
    boolean lacksAttributes = operation == Operation.VERIFY && attributes == null;
    boolean lacksDigest = wantsDigest && sha256.length == 0;
    if (over || !done || lacksAttributes || lacksDigest) {
      return;
    }
    over = true;
    listener.answered(attributes, sha256);
    log().finished(wantsDigest ? HexFormat.of().formatHex(sha256) : null, nowNs);
    close(Close.DONE, "", nowNs);
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    if (!over) {
      over = true;
      log().failed(failure, 0, nowNs);
    }
  }
}
