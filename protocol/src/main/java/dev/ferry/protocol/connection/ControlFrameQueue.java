package dev.ferry.protocol.connection;

import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The frames that one end owes its peer about one file, or about the connection as a whole, apart
 * from content, acknowledgements and the close (protocol.md, section 10). Each kind is sent at most
 * as long as no packet that carries it has been acknowledged; of a window and of a cap on the rate
 * only the latest value counts: the loss of a packet with an earlier one is no loss. Of what is to
 * be copied there may be many, one after the other. Shared by a {@link Connection}, which sends the
 * frames, and a transfer, which asks for them. Not thread-safe.
 */
public final class ControlFrameQueue {
  /** What kinds there are, in the order in which they are written. */
  public enum Kind {
    OPEN(1, Repeat.UNTIL_ACKNOWLEDGED),
    ACCEPT(1 << 1, Repeat.UNTIL_ACKNOWLEDGED),
    REJECT(1 << 2, Repeat.UNTIL_ACKNOWLEDGED),
    WINDOW(1 << 3, Repeat.IF_LOST),
    MAX_RATE(1 << 4, Repeat.IF_LOST),
    FINISH(1 << 5, Repeat.UNTIL_ACKNOWLEDGED),
    DONE(1 << 6, Repeat.UNTIL_ACKNOWLEDGED),
    CANCEL(1 << 7, Repeat.UNTIL_ACKNOWLEDGED),
    PING(1 << 8, Repeat.NEVER),
    AGAIN(1 << 9, Repeat.UNTIL_ACKNOWLEDGED),
    COPY(1 << 10, Repeat.IF_LOST);

    private static final Kind[] ALL = values();
    private static final int RELIABLE = bits(kind -> kind.repeat != Repeat.NEVER);
    private static final int SINGULAR = bits(kind -> kind.repeat == Repeat.UNTIL_ACKNOWLEDGED);
    private static final int FINAL = FINISH.bit | DONE.bit;

    private final int bit;
    private final Repeat repeat;

    Kind(int bit, Repeat repeat) {
      this.bit = bit;
      this.repeat = repeat;
    }

    private boolean isIn(int kinds) {
      return (kinds & bit) != 0;
    }

    private static int bits(Predicate<Kind> condition) {
      return Arrays.stream(ALL).filter(condition).mapToInt(kind -> kind.bit).sum();
    }
  }

  private enum Repeat {
    /** One is as good as another. */
    NEVER,
    /** Each is news, so that what is confirmed is an earlier one. */
    IF_LOST,
    /** There is one for a file, so that one acknowledgement settles it. */
    UNTIL_ACKNOWLEDGED
  }

  private final int file;
  private final Consumer<ControlFrameQueue> onOwing;
  private final Map<Kind, Frame> frames = new EnumMap<>(Kind.class);
  private final Latest window = new Latest(Kind.WINDOW);
  private final Latest maxRate = new Latest(Kind.MAX_RATE);

  /** The value is which of the copies it is. */
  private final Latest copy = new Latest(Kind.COPY);

  private List<Copy> copies = List.of();

  /** Kinds as bits, as {@link dev.ferry.protocol.recovery.SentPackets} remembers them. */
  private int pending;

  private int written;
  private int confirmed;

  /** Whether it waits its turn; of its owner. */
  boolean queued;

  /**
   * Creates a queue that owes nothing.
   *
   * @param file the number of the file
   * @param onOwing is called whenever something is owed that was not owed before
   */
  public ControlFrameQueue(int file, Consumer<ControlFrameQueue> onOwing) {
    this.file = file;
    this.onOwing = onOwing;
  }

  /** The number of the file. */
  int file() {
    return file;
  }

  public void open(Open frame) {
    add(Kind.OPEN, frame);
  }

  public void accept(Accept frame) {
    add(Kind.ACCEPT, frame);
  }

  public void reject(Reject frame) {
    add(Kind.REJECT, frame);
  }

  public void finish(Finish frame) {
    add(Kind.FINISH, frame);
  }

  /** Asks for parts of the file once more; one time in a transfer. */
  public void again(Again frame) {
    add(Kind.AGAIN, frame);
  }

  /**
   * Says what is to be copied: each frame once the one before has arrived. One time in a transfer.
   */
  public void copy(List<Copy> newCopies) {
    copies = List.copyOf(newCopies);
    if (!copies.isEmpty()) {
      copy.set(0);
    }
  }

  private void add(Kind kind, Frame frame) {
    frames.put(kind, frame);
    add(kind);
  }

  private void add(Kind kind) {
    owe(kind.bit);
  }

  private void owe(int kinds) {
    pending |= kinds;
    if (pending != 0) {
      onOwing.accept(this);
    }
  }

  /** Nothing is owed any more, whatever becomes of what was sent. */
  void clear() {
    pending = 0;
    confirmed = -1;
  }

  /**
   * Announces how far data is taken.
   *
   * @param limit the first offset that must not be sent
   */
  public void window(long limit) {
    window.set(limit);
  }

  /**
   * Asks the peer not to send content faster.
   *
   * @param bytesPerSecond of whole datagrams, or 0 for no cap
   */
  void maxRate(long bytesPerSecond) {
    maxRate.set(bytesPerSecond);
  }

  public void done() {
    add(Kind.DONE);
  }

  /** Ends the transfer of the file, and leaves the connection to the others. */
  public void cancel(Cancel frame) {
    add(Kind.CANCEL, frame);
  }

  void ping() {
    add(Kind.PING);
  }

  /** Whether there is anything to send. */
  boolean isOwing() {
    return pending != 0;
  }

  /** Whether frames of a kind have been sent, at least once. */
  public boolean wasSent(Kind kind) {
    return kind.isIn(written);
  }

  /** Whether the peer has got a frame of a kind. */
  public boolean isConfirmed(Kind kind) {
    return kind.isIn(confirmed);
  }

  /**
   * Writes as many of the owed frames as fit, and owes them no longer; returns their kinds. A done
   * or an again takes along an accept that is not known to have arrived: it may come before any
   * acknowledgement, and its receiver is to know what was resumed.
   *
   * @param number the packet's
   */
  int write(long number, ByteBuffer buffer) {
    int done = 0;
    if (Kind.DONE.isIn(pending) || Kind.AGAIN.isIn(pending)) {
      pending |= written & Kind.ACCEPT.bit & ~confirmed;
    }
    for (Kind kind : Kind.ALL) {
      if (kind.isIn(pending) && write(kind, buffer)) {
        done |= kind.bit;
      }
    }
    window.onWritten(number, done);
    maxRate.onWritten(number, done);
    copy.onWritten(number, done);
    pending &= ~done;
    written |= done;
    return done;
  }

  private boolean write(Kind kind, ByteBuffer buffer) {
    return switch (kind) {
      case OPEN, ACCEPT, REJECT, FINISH, CANCEL, AGAIN -> writeFrame(kind, buffer);
      case WINDOW -> FrameWriter.window(file, window.value, buffer);
      case MAX_RATE -> FrameWriter.maxRate(maxRate.value, buffer);
      case COPY -> FrameWriter.frame(copies.get((int) copy.value), buffer);
      case DONE -> FrameWriter.done(file, buffer);
      case PING -> FrameWriter.ping(buffer);
    };
  }

  private boolean writeFrame(Kind kind, ByteBuffer buffer) {
    Frame frame = frames.get(kind);
    return frame != null && FrameWriter.frame(frame, buffer);
  }

  /** A packet with frames of these kinds has been acknowledged. */
  void onAcknowledged(long number, int kinds) {
    confirmed |= kinds;
    pending &= ~(kinds & Kind.SINGULAR);
    window.onAcknowledged(number, kinds);
    maxRate.onAcknowledged(number, kinds);
    if (copy.onAcknowledged(number, kinds) && copy.value + 1 < copies.size()) {
      copy.set(copy.value + 1);
    }
  }

  /** Whether one of these kinds ends a transfer. */
  static boolean hasFinal(int kinds) {
    return (kinds & Kind.FINAL) != 0;
  }

  /** What ends a transfer goes out once more, if it was sent and is not known to have arrived. */
  void repeatFinal() {
    owe(written & Kind.FINAL & ~confirmed);
  }

  /** Nothing has been heard for long: what is not known to have arrived goes out once more. */
  void repeatUnconfirmed() {
    owe(written & Kind.SINGULAR & ~confirmed);
    maxRate.repeat();
    copy.repeat();
  }

  /** A packet with frames of these kinds has been lost, or is to be repeated as a probe. */
  void onLost(long number, int kinds) {
    int latest = window.settled(number) | maxRate.settled(number) | copy.settled(number);
    int settled = (confirmed & Kind.SINGULAR) | latest;
    owe(kinds & Kind.RELIABLE & ~settled);
  }

  /** A kind of which only the latest value counts. */
  private final class Latest {
    private final Kind kind;
    private long value;

    /** The first packet that carried the value; the largest number if none did so far. */
    private long number = Long.MAX_VALUE;

    private boolean confirmed;

    Latest(Kind kind) {
      this.kind = kind;
    }

    void set(long newValue) {
      value = newValue;
      number = Long.MAX_VALUE;
      confirmed = false;
      add(kind);
    }

    void onWritten(long inNumber, int kinds) {
      if (kind.isIn(kinds)) {
        number = Math.min(number, inNumber);
      }
    }

    /** Returns whether the value is known to have arrived since this call. */
    boolean onAcknowledged(long inNumber, int kinds) {
      boolean news = !confirmed && kind.isIn(kinds) && inNumber >= number;
      if (news) {
        confirmed = true;
        pending &= ~kind.bit;
      }
      return news;
    }

    /** It goes out once more, if it was sent and is not known to have arrived. */
    void repeat() {
      if (number != Long.MAX_VALUE && !confirmed) {
        add(kind);
      }
    }

    /** The kind, if the loss of that packet does not matter to it. */
    int settled(long inNumber) {
      return confirmed || inNumber < number ? kind.bit : 0;
    }
  }
}
