package dev.ferry.protocol.connection;

import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The frames that one end owes its peer, apart from content, acknowledgements and the close
 * (protocol.md, section 10). Each kind is sent at most as long as no packet that carries it has
 * been acknowledged; of a window only the latest value counts. Shared by a {@link Connection},
 * which sends the frames, and its transfer, which asks for them. Not thread-safe.
 */
public final class ControlFrameQueue {
  /**
   * The kinds, as bits: what {@link dev.ferry.protocol.recovery.SentPackets} remembers of a packet.
   */
  static final int OPEN = 1;

  static final int ACCEPT = 1 << 1;
  static final int REJECT = 1 << 2;
  static final int WINDOW = 1 << 3;
  public static final int FINISH = 1 << 4;
  static final int DONE = 1 << 5;
  static final int PING = 1 << 6;

  /** What is sent again if it is lost. */
  private static final int RELIABLE = OPEN | ACCEPT | REJECT | WINDOW | FINISH | DONE;

  /** Of these there is one in a connection, so that one acknowledgement settles it. */
  private static final int SINGULAR = RELIABLE & ~WINDOW;

  private @Nullable Open open;
  private @Nullable Accept accept;
  private @Nullable Reject reject;
  private @Nullable Finish finish;
  private long windowLimit;

  private int owed;
  private int written;
  private int confirmed;

  public void open(Open frame) {
    open = frame;
    owed |= OPEN;
  }

  public void accept(Accept frame) {
    accept = frame;
    owed |= ACCEPT;
  }

  public void reject(Reject frame) {
    reject = frame;
    owed |= REJECT;
  }

  public void finish(Finish frame) {
    finish = frame;
    owed |= FINISH;
  }

  /**
   * Announces how far data is taken.
   *
   * @param limit the first offset that must not be sent
   */
  public void window(long limit) {
    windowLimit = limit;
    owed |= WINDOW;
  }

  public void done() {
    owed |= DONE;
  }

  void ping() {
    owed |= PING;
  }

  /** Whether there is anything to send. */
  boolean isOwing() {
    return owed != 0;
  }

  /** Whether frames of a kind have been sent, at least once. */
  public boolean wasSent(int kind) {
    return (written & kind) != 0;
  }

  /** Whether the peer has got a frame of a kind. */
  public boolean isConfirmed(int kind) {
    return (confirmed & kind) != 0;
  }

  /** Writes as many of the owed frames as fit, and owes them no longer; returns their kinds. */
  int write(ByteBuffer buffer) {
    int done = 0;
    for (int rest = owed; rest != 0; rest &= rest - 1) {
      int kind = Integer.lowestOneBit(rest);
      if (write(kind, buffer)) {
        done |= kind;
      }
    }
    owed &= ~done;
    written |= done;
    return done;
  }

  private boolean write(int kind, ByteBuffer buffer) {
    return switch (kind) {
      case OPEN -> write(open, buffer);
      case ACCEPT -> write(accept, buffer);
      case REJECT -> write(reject, buffer);
      case FINISH -> write(finish, buffer);
      case WINDOW -> FrameWriter.window(windowLimit, buffer);
      case DONE -> FrameWriter.done(buffer);
      default -> FrameWriter.ping(buffer);
    };
  }

  private static boolean write(@Nullable Frame frame, ByteBuffer buffer) {
    return frame != null && FrameWriter.frame(frame, buffer);
  }

  /** A packet with frames of these kinds has been acknowledged. */
  void onAcknowledged(int kinds) {
    confirmed |= kinds;
    owed &= ~(kinds & SINGULAR);
  }

  /** A packet with frames of these kinds has been lost, or is to be repeated as a probe. */
  void onLost(int kinds) {
    owed |= kinds & RELIABLE & ~(confirmed & SINGULAR);
  }
}
