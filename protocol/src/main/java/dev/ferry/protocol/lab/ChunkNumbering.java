package dev.ferry.protocol.lab;

import dev.ferry.protocol.lab.LabMessage.Start;

/**
 * Tells which chunk a number stands for, and which number acknowledges it (protocol.md, section
 * 3.3). Foreign clients of the compact dialect either count or alternate between 1 and 0; only
 * their second chunk tells which.
 */
final class ChunkNumbering {
  /** The position of a chunk relative to the next expected one. */
  enum Verdict {
    NEXT,
    DUPLICATE,
    AHEAD
  }

  private enum Kind {
    COUNTING,
    ALTERNATING,
    UNDECIDED
  }

  /**
   * How often an undecided first chunk gets the likelier acknowledgement before it gets the other
   * one.
   */
  private static final int GUESSES = 2;

  private final boolean mayStartAtStart;
  private final boolean presumablyAlternating;
  private Kind kind;
  private long first;
  private long next;
  private int guesses;

  ChunkNumbering(Start start) {
    boolean foreign = !start.offersFerry();
    this.first = start.seqno() + 1;
    this.next = first;
    this.mayStartAtStart = foreign && start.dialect() == Dialect.SPACED;
    this.kind =
        foreign && start.dialect() == Dialect.COMPACT && first == 1
            ? Kind.UNDECIDED
            : Kind.COUNTING;
    this.presumablyAlternating = start.name().lastIndexOf('.') > 0;
  }

  /** Whether numbers of earlier chunks can stand for later ones. */
  boolean isAmbiguous() {
    return kind != Kind.COUNTING;
  }

  /**
   * Whether this numbering has taken more chunks than the other one; neither may be {@link
   * #isAmbiguous}.
   */
  boolean isPast(ChunkNumbering other) {
    return next > other.next;
  }

  Verdict judge(long seqno) {
    if (kind == Kind.ALTERNATING && seqno > 1) {
      return Verdict.AHEAD;
    }
    if (isNext(seqno)) {
      return Verdict.NEXT;
    }
    return kind == Kind.ALTERNATING || (seqno >= first && seqno < next)
        ? Verdict.DUPLICATE
        : Verdict.AHEAD;
  }

  private boolean isNext(long seqno) {
    return seqno == next
        || (mayStartAtStart && next == first && seqno == first - 1)
        || (kind == Kind.UNDECIDED && next == 2 && seqno == 0);
  }

  /** Counts a chunk that was judged {@link Verdict#NEXT} and has been stored. */
  void take(long seqno) {
    if (next == first) {
      first = seqno;
    } else if (kind == Kind.UNDECIDED) {
      kind = seqno == next ? Kind.COUNTING : Kind.ALTERNATING;
    }
    next = kind == Kind.ALTERNATING ? 1 - seqno : seqno + 1;
  }

  /** The number that acknowledges a chunk that was taken. */
  long acknowledgementOf(long seqno) {
    return switch (kind) {
      case COUNTING -> seqno + 1;
      case ALTERNATING -> 1 - seqno;
      case UNDECIDED -> {
        boolean presume = guesses++ % (GUESSES + 1) < GUESSES;
        yield presume == presumablyAlternating ? 0 : 2;
      }
    };
  }
}
