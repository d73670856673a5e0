package dev.ferry.netsim;

import dev.ferry.protocol.util.Nanos;
import java.util.function.Consumer;

/**
 * The impairments of one direction of a path. Times are nanoseconds. Immutable; start from {@link
 * #NONE} and change what is wanted.
 *
 * @param loss which datagrams get lost
 * @param delayNs the delay of every datagram
 * @param jitter how the delay varies; it never reorders
 * @param reorder which are held back so that later ones overtake them
 * @param reorderHoldNs how long they are held back
 * @param duplicate which are carried twice
 * @param corrupt in which one bit is flipped
 * @param truncate which lose their end
 * @param rate how fast the link carries bytes
 * @param queue how much may wait for the link; the rest is dropped
 * @param mtuBytes datagrams that need a larger IP packet vanish, as behind a path that blocks
 *     "fragmentation needed"
 * @param blackhole the times at which nothing gets through
 * @param replay which datagrams bring an old one with them
 * @param rebinding the times at which the sender appears to move
 */
public record ImpairmentSpec(
    Selection loss,
    long delayNs,
    Jitter jitter,
    Selection reorder,
    long reorderHoldNs,
    Selection duplicate,
    Selection corrupt,
    Selection truncate,
    RateLimit rate,
    QueueLimit queue,
    int mtuBytes,
    Blackhole blackhole,
    Selection replay,
    Rebinding rebinding) {

  /** No limit on the size of datagrams. */
  public static final int UNLIMITED_MTU = Integer.MAX_VALUE;

  /** A perfect path. */
  public static final ImpairmentSpec NONE =
      new ImpairmentSpec(
          Selection.NONE,
          0,
          Jitter.NONE,
          Selection.NONE,
          10 * Nanos.MILLISECOND,
          Selection.NONE,
          Selection.NONE,
          Selection.NONE,
          RateLimit.NONE,
          QueueLimit.DEFAULT,
          UNLIMITED_MTU,
          Blackhole.NEVER,
          Selection.NONE,
          Rebinding.NEVER);

  /** Checks the ranges. */
  public ImpairmentSpec {
    Checks.notNegative("delay", delayNs);
    Checks.notNegative("reorder-hold", reorderHoldNs);
    if (mtuBytes < 1) {
      throw new IllegalArgumentException("the MTU must be at least 1 byte");
    }
  }

  /**
   * How much may wait for a rate limit.
   *
   * @param bytes at the most, headers included
   * @param waitNs for how long at the most
   * @param datagrams how many at the most
   */
  public record QueueLimit(long bytes, long waitNs, long datagrams) {
    /** 64 KiB, however long that takes. */
    public static final QueueLimit DEFAULT = ofBytes(64 << 10);

    /** Checks the ranges. */
    public QueueLimit {
      Checks.notNegative("queue", bytes);
      Checks.notNegative("queue", waitNs);
      Checks.notNegative("queue", datagrams);
    }

    /** So many bytes, headers included. */
    public static QueueLimit ofBytes(long bytes) {
      return new QueueLimit(bytes, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** As much as is sent in so many nanoseconds. */
    public static QueueLimit ofTime(long waitNs) {
      return new QueueLimit(Long.MAX_VALUE, waitNs, Long.MAX_VALUE);
    }

    /** So many datagrams of any size. */
    public static QueueLimit ofDatagrams(long datagrams) {
      return new QueueLimit(Long.MAX_VALUE, Long.MAX_VALUE, datagrams);
    }
  }

  /**
   * A path that is up and down in turns, beginning with up.
   *
   * @param upNs how long it is up
   * @param downNs how long it is down; 0 for never
   */
  public record Blackhole(long upNs, long downNs) {
    /** Always up. */
    public static final Blackhole NEVER = new Blackhole(0, 0);

    /** Checks the ranges. */
    public Blackhole {
      Checks.notNegative("blackhole", upNs);
      Checks.notNegative("blackhole", downNs);
    }

    /** Whether the path is down so many nanoseconds after the start. */
    boolean swallows(long sinceStartNs) {
      return downNs > 0 && sinceStartNs % (upNs + downNs) >= upNs;
    }
  }

  /**
   * A NAT that forgets its mapping: from time to time the sender appears at another address.
   *
   * @param firstNs after how long for the first time
   * @param everyNs and then again and again; 0 for never at all
   * @param address whether the IP address changes too, and not only the port
   */
  public record Rebinding(long firstNs, long everyNs, boolean address) {
    /** The sender stays where it is. */
    public static final Rebinding NEVER = new Rebinding(0, 0, false);

    /** Checks the ranges. */
    public Rebinding {
      Checks.notNegative("rebind", firstNs);
      Checks.notNegative("rebind", everyNs);
    }

    /** How often the sender has moved so many nanoseconds after the start. */
    long count(long sinceStartNs) {
      return everyNs == 0 || sinceStartNs < firstNs ? 0 : 1 + (sinceStartNs - firstNs) / everyNs;
    }
  }

  /** The same with another loss. */
  public ImpairmentSpec withLoss(Selection changed) {
    return with(draft -> draft.loss = changed);
  }

  /** The same with another constant delay, in nanoseconds, and jitter. */
  public ImpairmentSpec withDelay(long changedNs, Jitter changed) {
    return with(
        draft -> {
          draft.delayNs = changedNs;
          draft.jitter = changed;
        });
  }

  /** The same with another reordering; held back for so many nanoseconds. */
  public ImpairmentSpec withReorder(Selection changed, long changedHoldNs) {
    return with(
        draft -> {
          draft.reorder = changed;
          draft.reorderHoldNs = changedHoldNs;
        });
  }

  /** The same with another duplication. */
  public ImpairmentSpec withDuplicate(Selection changed) {
    return with(draft -> draft.duplicate = changed);
  }

  /** The same with other bits flipped. */
  public ImpairmentSpec withCorrupt(Selection changed) {
    return with(draft -> draft.corrupt = changed);
  }

  /** The same with other datagrams cut. */
  public ImpairmentSpec withTruncate(Selection changed) {
    return with(draft -> draft.truncate = changed);
  }

  /** The same with another rate and queue. */
  public ImpairmentSpec withRate(RateLimit changed, QueueLimit changedQueue) {
    return with(
        draft -> {
          draft.rate = changed;
          draft.queue = changedQueue;
        });
  }

  /** The same with another MTU, in bytes of the IP packet. */
  public ImpairmentSpec withMtu(int changedBytes) {
    return with(draft -> draft.mtuBytes = changedBytes);
  }

  /** The same with another schedule of outages. */
  public ImpairmentSpec withBlackhole(Blackhole changed) {
    return with(draft -> draft.blackhole = changed);
  }

  /** The same with other replays. */
  public ImpairmentSpec withReplay(Selection changed) {
    return with(draft -> draft.replay = changed);
  }

  /** The same with another schedule of moves. */
  public ImpairmentSpec withRebinding(Rebinding changed) {
    return with(draft -> draft.rebinding = changed);
  }

  private ImpairmentSpec with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finish();
  }

  /** What is being changed. */
  private static final class Draft {
    Selection loss;
    long delayNs;
    Jitter jitter;
    Selection reorder;
    long reorderHoldNs;
    Selection duplicate;
    Selection corrupt;
    Selection truncate;
    RateLimit rate;
    QueueLimit queue;
    int mtuBytes;
    Blackhole blackhole;
    Selection replay;
    Rebinding rebinding;

    Draft(ImpairmentSpec from) {
      loss = from.loss;
      delayNs = from.delayNs;
      jitter = from.jitter;
      reorder = from.reorder;
      reorderHoldNs = from.reorderHoldNs;
      duplicate = from.duplicate;
      corrupt = from.corrupt;
      truncate = from.truncate;
      rate = from.rate;
      queue = from.queue;
      mtuBytes = from.mtuBytes;
      blackhole = from.blackhole;
      replay = from.replay;
      rebinding = from.rebinding;
    }

    ImpairmentSpec finish() {
      return new ImpairmentSpec(
          loss,
          delayNs,
          jitter,
          reorder,
          reorderHoldNs,
          duplicate,
          corrupt,
          truncate,
          rate,
          queue,
          mtuBytes,
          blackhole,
          replay,
          rebinding);
    }
  }
}
