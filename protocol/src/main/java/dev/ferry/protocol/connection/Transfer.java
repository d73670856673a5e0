package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;

/**
 * One file that a connection carries, as the connection sees it: what frames mean, and how far it
 * is. It knows nothing of packets; what it owes the peer it puts into its {@link TransferContext},
 * and what it sends besides is a {@link ContentStream}. Not thread-safe.
 */
public interface Transfer {
  /** How far a transfer is. */
  enum Stage {
    /** It goes on as long as the two ends do. */
    ACTIVE,
    /** Something runs beside the engine and will call back: nobody is to lose patience. */
    BUSY,
    /** Nothing is left to do but to see that the peer knows. */
    OVER
  }

  /** How far it is. */
  Stage stage();

  /**
   * Whether nothing that it has sent before its last frame is needed any more; asked when it is
   * over, and the peer has its last frame.
   */
  default boolean mayBeForgotten() {
    return true;
  }

  /** How much of the content is at the receiver, as far as this end knows, in bytes. */
  long doneBytes();

  /** What it waits for while it has no content to send. */
  SendLimit waitsFor();

  /** What it sends; always the same. */
  ContentStream content();

  /**
   * Whether it is the peer's turn, whose disk may take its time: then any genuine packet is
   * progress.
   */
  boolean isWaiting(long nowNs);

  /** The peer grants it, or the other end of a get agrees. */
  void onAccept(Accept accept, long nowNs);

  /** The peer turns it down. */
  void onReject(Reject reject, long nowNs);

  /**
   * Content arrived.
   *
   * @param content valid during the call only
   * @return false if it cannot be taken now, so that its packet must count as lost
   */
  boolean onData(long offset, ByteBuffer content, long nowNs);

  /**
   * How far the peer takes content.
   *
   * @param limit the first offset that must not be sent
   */
  void onWindow(long limit);

  /** The receiver asks for parts once more. */
  void onAgain(Again again, long nowNs);

  /**
   * The client says which blocks need not be sent.
   *
   * @return false if that cannot be taken now, so that its packet must count as lost
   */
  boolean onCopy(Copy copy, long nowNs);

  /** The peer has sent everything. */
  void onFinish(Finish finish, long nowNs);

  /** The peer has everything, and it is durable. */
  void onDone(long nowNs);

  /** It is over for a reason outside: the connection has ended, or is about to. */
  void end(TransferFailure failure, long nowNs);
}
