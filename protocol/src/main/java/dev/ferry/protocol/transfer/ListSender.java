package dev.ferry.protocol.transfer;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ContentStream;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server of a list, of files or of digests: waits until it is made, and then sends it as a file
 * ({@link FileSender}), or turns the client down.
 */
public final class ListSender implements Transfer {
  private final TransferContext context;
  private final Operation operation;
  private final String name;
  private final Content content = new Content();

  /** What goes on once the list is made, or cannot be; null before. */
  private @Nullable AbstractTransfer sending;

  /** Read by who makes the list, too. */
  private volatile boolean over;

  private ListSender(TransferContext context, Open open, long nowNs) {
    this.context = context;
    this.operation = open.operation();
    this.name = open.name();
    context.progressed(nowNs);
  }

  /**
   * Has a list made.
   *
   * @param context the connection that carries it
   */
  public static Transfer list(TransferContext context, Open open, SourceStore store, long nowNs) {
    if (!open.preserve()) {
      // The flag stands for digests here.
      String told = "it lists no digests";
      StorageException cause = new StorageException(RefusalReason.NOT_PERMITTED, told, told, null);
      return refuse(context, open, cause, nowNs);
    }
    ListSender sender = new ListSender(context, open, nowNs);
    store.list(open.name(), open.failIfExists(), context.peersKinds(), sender.new Listed(), nowNs);
    return sender;
  }

  /**
   * Has the digests of the blocks of a file listed.
   *
   * @param context the connection that carries it
   */
  public static Transfer digests(
      TransferContext context, Open open, SourceStore store, long nowNs) {
    ListSender sender = new ListSender(context, open, nowNs);
    store.digests(open.name(), sender.new Listed(), nowNs);
    return sender;
  }

  /** Makes none. */
  public static Transfer refuse(
      TransferContext context, Open open, StorageException cause, long nowNs) {
    return RefusedTransfer.of(context, open.operation(), open.name(), cause, nowNs);
  }

  private final class Listed implements SourceStore.ListListener {
    @Override
    public boolean isWanted() {
      return !over;
    }

    @Override
    public void listed(SourceFile list, long nowNs) {
      if (over) {
        list.release();
      } else {
        int early = TransportParameters.MAX_EARLY_PACKETS;
        sending =
            FileSender.offer(context, operation, name, list, early, ByteBudget.unlimited(), nowNs);
        context.progressed(nowNs);
        context.changed();
      }
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      if (!over) {
        sending = RefusedTransfer.of(context, operation, name, cause, nowNs);
        context.changed();
      }
    }
  }

  @Override
  public Stage stage() {
    if (sending != null) {
      return sending.stage();
    }
    return over ? Stage.OVER : Stage.BUSY;
  }

  @Override
  public long doneBytes() {
    return sending == null ? 0 : sending.doneBytes();
  }

  /** While the list is being made it is this end's turn, and nobody loses patience. */
  @Override
  public boolean isWaiting(long nowNs) {
    return sending != null && sending.isWaiting(nowNs);
  }

  @Override
  public SendLimit waitsFor() {
    return sending == null ? SendLimit.READER : sending.waitsFor();
  }

  @Override
  public ContentStream content() {
    return content;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    if (sending == null) {
      violated("an accept before the server's", nowNs);
    } else {
      sending.onAccept(accept, nowNs);
    }
  }

  @Override
  public void onReject(Reject reject, long nowNs) {
    if (sending == null) {
      context.close(new Close(Close.DONE, ""), nowNs);
      end(new TransferFailure.Stopped(), nowNs);
    } else {
      sending.onReject(reject, nowNs);
    }
  }

  @Override
  public boolean onData(long offset, ByteBuffer bytes, long nowNs) {
    if (sending == null) {
      violated("content for the sender", nowNs);
      return true;
    }
    return sending.onData(offset, bytes, nowNs);
  }

  @Override
  public void onWindow(long limit) {
    if (sending != null) {
      sending.onWindow(limit);
    }
  }

  @Override
  public void onFinish(Finish finish, long nowNs) {
    if (sending == null) {
      violated("a finish for the sender", nowNs);
    } else {
      sending.onFinish(finish, nowNs);
    }
  }

  @Override
  public void onAgain(Again again, long nowNs) {
    if (sending == null) {
      violated("an again before the finish", nowNs);
    } else {
      sending.onAgain(again, nowNs);
    }
  }

  @Override
  public boolean onCopy(Copy copy, long nowNs) {
    violated("a copy of a list", nowNs);
    return true;
  }

  @Override
  public void onDone(long nowNs) {
    if (sending == null) {
      violated("a done before the finish", nowNs);
    } else {
      sending.onDone(nowNs);
    }
  }

  private void violated(String detail, long nowNs) {
    context.close(new Close(Close.PROTOCOL_VIOLATION, detail), nowNs);
    end(new TransferFailure.Violation(detail), nowNs);
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    if (sending != null) {
      sending.end(failure, nowNs);
    } else if (!over) {
      over = true;
      new TransferLog(operation, name, 0, context, nowNs).failed(failure, 0, nowNs);
    }
  }

  /** Nothing at first; then what the sender has. */
  private final class Content implements ContentStream {
    private ContentStream inner() {
      return sending == null ? ContentStream.NONE : sending.content();
    }

    @Override
    public boolean hasContent() {
      return inner().hasContent();
    }

    @Override
    public boolean hasLost() {
      return inner().hasLost();
    }

    @Override
    public boolean isTail() {
      return inner().isTail();
    }

    @Override
    public long unsentBytes() {
      return inner().unsentBytes();
    }

    @Override
    public boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs) {
      return inner().writeContent(buffer, piece, nowNs);
    }

    @Override
    public boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs) {
      return inner().repeatContent(buffer, piece, nowNs);
    }

    @Override
    public void onContentAcknowledged(long offset, int length, boolean wasLost, long nowNs) {
      inner().onContentAcknowledged(offset, length, wasLost, nowNs);
    }

    @Override
    public void onContentCovered(int length, long nowNs) {
      inner().onContentCovered(length, nowNs);
    }

    @Override
    public void onContentLost(long offset, int length) {
      inner().onContentLost(offset, length);
    }
  }
}
