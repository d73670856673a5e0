package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ControlFrameQueue.Kind;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One file in its connection, from its open until both ends know how it ended: its transfer, the
 * order of its frames, and what the connection counts. Not thread-safe.
 */
final class OpenFile implements TransferContext {
  final int file;
  final ControlFrameQueue frames;
  private final OpenFiles files;
  private @Nullable Transfer transfer;

  private final @Nullable Open opened;
  private @Nullable Accept accepted;
  private @Nullable Reject rejected;
  private @Nullable Finish finished;
  private @Nullable Again askedAgain;

  /** Whether the peer has said how it ended. */
  private boolean endedByPeer;

  /** What {@link OpenFiles} has counted. */
  Stage stage = Stage.ACTIVE;

  boolean closedForOpener;
  long doneBytes;
  boolean unsent;
  boolean urgent;
  boolean bulk;
  boolean removed;

  /** The next one with the same place in the table. */
  @Nullable OpenFile nextInPlace;

  /** The files that were opened just before and after it. */
  @Nullable OpenFile before;

  @Nullable OpenFile after;

  /**
   * Creates one that has not begun.
   *
   * @param opened the client's open; null for the client itself
   */
  OpenFile(int file, @Nullable Open opened, OpenFiles files, ControlFrameQueue frames) {
    this.file = file;
    this.opened = opened;
    this.files = files;
    this.frames = frames;
  }

  void begin(Transfer begun) {
    transfer = begun;
  }

  Transfer transfer() {
    if (transfer == null) {
      throw new IllegalStateException("not begun");
    }
    return transfer;
  }

  /** Whether {@link #begin} has been called. */
  boolean isBegun() {
    return transfer != null;
  }

  ContentStream content() {
    return transfer().content();
  }

  /** Whether both ends know how it ended, so that it can be forgotten. */
  boolean isSettled() {
    return transfer().stage() == Stage.OVER
        && transfer().mayBeForgotten()
        && (endedByPeer
            || frames.isConfirmed(Kind.DONE)
            || frames.isConfirmed(Kind.REJECT)
            || frames.isConfirmed(Kind.CANCEL));
  }

  boolean isEndedByPeer() {
    return endedByPeer;
  }

  /** The open has come once more; false if it is another one. */
  boolean isOpenedBy(Open open) {
    return open.equals(opened);
  }

  /** The accept has come; false if it breaks the protocol. */
  boolean onAccept(Accept accept, long nowNs) {
    if (accepted == null) {
      accepted = accept;
      transfer().onAccept(accept, nowNs);
    }
    return accepted.equals(accept);
  }

  /** The reject has come; false if it breaks the protocol. */
  boolean onReject(Reject reject, long nowNs) {
    if (rejected == null) {
      rejected = reject;
      endedByPeer = true;
      transfer().onReject(reject, nowNs);
    }
    return rejected.equals(reject);
  }

  /** The finish has come; false if it breaks the protocol. */
  boolean onFinish(Finish finish, long nowNs) {
    if (finished == null) {
      finished = finish;
      transfer().onFinish(finish, nowNs);
    }
    return finished.equals(finish);
  }

  /** Parts of the file are asked for once more; false if that breaks the protocol. */
  boolean onAgain(Again again, long nowNs) {
    if (askedAgain == null) {
      askedAgain = again;
      transfer().onAgain(again, nowNs);
    }
    return askedAgain.equals(again);
  }

  boolean onData(long offset, ByteBuffer content, long nowNs) {
    return transfer().onData(offset, content, nowNs);
  }

  void onDone(long nowNs) {
    endedByPeer = true;
    transfer().onDone(nowNs);
  }

  void onCancel(Cancel cancel, long nowNs) {
    endedByPeer = true;
    transfer().end(new TransferFailure.EndedByPeer(cancel.code(), cancel.text()), nowNs);
  }

  /** Ends it at this end alone, and tells the peer; the connection goes on. */
  void cancel(int code, TransferFailure failure, long nowNs) {
    if (transfer().stage() != Stage.OVER) {
      frames.cancel(new Cancel(file, code, ""));
      transfer().end(failure, nowNs);
    }
  }

  @Override
  public int file() {
    return file;
  }

  @Override
  public ControlFrameQueue frames() {
    return frames;
  }

  @Override
  public ConnectionStats stats() {
    return files.owner().stats();
  }

  @Override
  public ConnectionSnapshot snapshot(long nowNs) {
    return files.owner().snapshot(nowNs);
  }

  @Override
  public int firstPacketBytes() {
    return files.owner().firstPacketBytes();
  }

  @Override
  public int earlyPackets() {
    return files.owner().earlyPackets();
  }

  @Override
  public boolean isAnswered(Operation operation) {
    return files.owner().isAnswered(operation);
  }

  @Override
  public long peersKinds() {
    return files.owner().peersKinds();
  }

  @Override
  public boolean checksBlockSums() {
    return files.owner().checksBlockSums();
  }

  @Override
  public boolean takesUnknownSizes() {
    return files.owner().takesUnknownSizes();
  }

  @Override
  public long idlePatienceNs() {
    return files.owner().idlePatienceNs();
  }

  @Override
  public int maxPieces() {
    return files.owner().maxPieces();
  }

  @Override
  public boolean sharesPackets() {
    return files.isMany();
  }

  @Override
  public long endLeftOutNumbers() {
    return files.owner().leftOutNumbers(!files.isMany());
  }

  @Override
  public void progressed(long nowNs) {
    files.progressed(nowNs);
  }

  @Override
  public void changed() {
    files.update(this);
  }

  @Override
  public void report(TransferEvent event) {
    files.report(event);
  }

  @Override
  public void close(Close close, long nowNs) {
    if (!files.isMany() || close.code() == Close.PROTOCOL_VIOLATION) {
      files.owner().close(close, this, nowNs);
    } else if (close.code() != Close.DONE) {
      frames.cancel(new Cancel(file, close.code(), close.text()));
    }
  }

  /** Whether a file can have such a number here: nobody opens more of them. */
  static boolean isNumber(long fileId) {
    return fileId >= Frame.FIRST_FILE && fileId < Integer.MAX_VALUE;
  }
}
