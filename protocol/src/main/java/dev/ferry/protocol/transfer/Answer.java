package dev.ferry.protocol.transfer;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server of what is answered without content (protocol.md, section 11.6), see {@link Question}:
 * waits for the disk if need be, and then says all that there is to say at once.
 */
public final class Answer extends ContentlessTransfer {
  private final boolean isVerify;

  /** What is being read; null if nothing is. */
  private @Nullable SourceFile reading;

  private boolean hasDigest;
  private boolean over;
  private boolean refused;

  private Answer(TransferContext context, TransferLog log, boolean isVerify) {
    super(context, log);
    this.isVerify = isVerify;
  }

  private static Answer begin(TransferContext context, Open open, long nowNs) {
    TransferLog log = new TransferLog(open.operation(), open.name(), 0, context, nowNs);
    context.progressed(nowNs);
    return new Answer(context, log, open.operation() == Operation.VERIFY);
  }

  /**
   * Tells about a file, with its digest if that is wanted.
   *
   * @param context the connection that carries it
   */
  public static Transfer verify(TransferContext context, Open open, SourceStore store, long nowNs) {
    Answer answer = begin(context, open, nowNs);
    try {
      if (open.failIfExists()) {
        answer.say(store.attributes(open.name()), null, nowNs);
      } else {
        SourceFile file = store.openToVerify(open.name());
        answer.reading = file;
        file.digest(answer.new Digested(file));
      }
    } catch (StorageException e) {
      answer.refuse(e, nowNs);
    }
    return answer;
  }

  /**
   * Has something removed.
   *
   * @param context the connection that carries it
   */
  public static Transfer remove(
      TransferContext context, Open open, RemovalStore store, long nowNs) {
    Answer answer = begin(context, open, nowNs);
    store.remove(open.name(), answer.new Removed(), nowNs);
    return answer;
  }

  private final class Removed implements RemovalStore.Listener {
    @Override
    public void removed(long nowNs) {
      if (!over) {
        over = true;
        frames().done();
        log().finished(null, nowNs);
        changed();
      }
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      if (!over) {
        refuse(cause, nowNs);
        changed();
      }
    }
  }

  /** Turns the client down. */
  public static Transfer refuse(
      TransferContext context, Open open, StorageException cause, long nowNs) {
    Answer answer = begin(context, open, nowNs);
    answer.refuse(cause, nowNs);
    return answer;
  }

  private void say(FileAttributes file, @Nullable ContentCheck check, long nowNs) {
    frames().accept(new Accept(fileId(), file, List.of()));
    if (check != null) {
      hasDigest = true;
      long leftOut = endLeftOutNumbers();
      frames().finish(new Finish(fileId(), file.sizeBytes(), check, leftOut));
    }
    over = true;
    frames().done();
    log().sized(file.sizeBytes());
    log().finished(check == null ? null : check.sha256Hex(), nowNs);
  }

  private void refuse(StorageException cause, long nowNs) {
    over = true;
    refused = true;
    frames().reject(Reject.of(fileId(), cause));
    log().failed(new TransferFailure.Unstorable(cause), 0, nowNs);
  }

  private void release() {
    SourceFile file = reading;
    reading = null;
    if (file != null) {
      file.release();
    }
  }

  private final class Digested implements SourceFile.DigestListener {
    private final SourceFile file;

    Digested(SourceFile file) {
      this.file = file;
    }

    @Override
    public void digested(ContentCheck check, long nowNs) {
      if (!over) {
        release();
        say(file.attributes(), check, nowNs);
        changed();
      }
    }

    @Override
    public void failed(IOException cause, long nowNs) {
      if (!over) {
        release();
        boolean moving = cause instanceof SourceChangedException;
        String told = moving ? "it changed while it was read" : "";
        refuse(new StorageException(RefusalReason.IO_ERROR, "cannot be read", told, cause), nowNs);
        changed();
      }
    }
  }

  /** While the disk works it is this end's turn, and nobody loses patience. */
  @Override
  public Stage stage() {
    return over ? Stage.OVER : Stage.BUSY;
  }

  /** The done may have arrived without what belongs to it. */
  @Override
  public boolean mayBeForgotten() {
    return refused
        || ((!isVerify || frames().isConfirmed(ControlFrameQueue.Kind.ACCEPT))
            && (!hasDigest || frames().isConfirmed(ControlFrameQueue.Kind.FINISH)));
  }

  @Override
  public boolean isWaiting(long nowNs) {
    return false;
  }

  @Override
  public SendLimit waitsFor() {
    return over ? SendLimit.ROUND_TRIP : SendLimit.READER;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    violated("an accept from who asks", nowNs);
  }

  @Override
  public void onFinish(Finish finish, long nowNs) {
    violated("a finish for the sender", nowNs);
  }

  @Override
  public void onDone(long nowNs) {
    violated("a done for the receiver", nowNs);
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    if (!over) {
      over = true;
      refused = true;
      release();
      log().failed(failure, 0, nowNs);
    }
  }
}
