package dev.ferry.protocol.lab;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToClient;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Lateness;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Sends one file, by stop and wait, to any server of the lab (protocol.md, section 4).
 *
 * <p>The table shows the reaction to each event; "—" means none, on purpose.
 *
 * <pre>
 *                      STARTING                  SENDING                    LAST (chunk)              ENDED
 * awaited ack          → SENDING, or LAST,       next chunk, maybe → LAST   → ENDED Completed         —
 *                      or ENDED (a hand-over,
 *                      or Downgraded)
 * echo of the number   the same, echo acks       stale unless echo acks     stale unless echo acks    —
 * stale ack            —                         — (may yield a sample)     — (may yield a sample)    —
 * other ack, garbage   —                         —                          —                         —
 * refusal of the       → ENDED Refused           own peer: → ENDED Refused  own peer: → ENDED         —
 *  outstanding number                                                       Refused
 * timer, time left     repeat                    repeat                     repeat                    —
 * timer, time over     → ENDED NoAnswer          → ENDED LostContact        → ENDED OutcomeUnknown    —
 *  after unreachable                             → ENDED NothingListens     → ENDED NothingListens    —
 * unreachable          → ENDED NothingListens    — (until it has lasted)    — (until it has lasted)   —
 * source fails         (→ ENDED SourceFailed, when the next chunk is read)
 * </pre>
 *
 * <p>The datagram in flight is kept, so a retransmission never reads the file again.
 */
public final class LabSender implements Engine<SenderEvent> {
  /** The buffer size of a server that does not announce one (protocol.md, section 4.2). */
  static final int DEFAULT_BUFFER_BYTES = 1024;

  /**
   * The shortest timeout for the last chunk, because its acknowledgement waits for the server's
   * disk.
   */
  private static final long LAST_CHUNK_FLOOR_NS = 100 * Nanos.MILLISECOND;

  /** Whether the transfer goes on in Ferry mode. */
  public enum HandOver {
    /** It stays in lab mode. */
    NEVER,
    /** It does with a Ferry server. */
    IF_POSSIBLE,
    /** It does, or fails ({@link TransferFailure.Downgraded}) before any content is sent. */
    REQUIRED
  }

  private enum State {
    STARTING,
    SENDING,
    LAST,
    ENDED
  }

  /** The numbering of the server's acknowledgements, and so of the chunks. */
  private enum Numbering {
    /** Compact dialect, first chunk in flight; the answer decides. */
    UNDECIDED,
    COUNTING,
    ECHO,
    ALTERNATING
  }

  private final InetSocketAddress peer;
  private final Start start;
  private final FileContent source;
  private final int maxDatagramBytes;
  private final HandOver handsOver;
  private final ByteBuffer outstanding;
  private final RetransmissionTimer timer;
  private final Queue<SenderEvent> events = new ArrayDeque<>();
  private final UnreachableReports unreachable = new UnreachableReports();
  private final Lateness lateness = new Lateness();

  private State state = State.STARTING;
  private Numbering numbering = Numbering.COUNTING;
  private boolean ownPeer;
  private int datagramBytes;

  private long seqno;
  private long chunkOffset;
  private int chunkBytes;

  private boolean sendDue = true;
  private RateCap.Share cap = new RateCap().share();
  private long cappedUntilNs = Nanos.NEVER;
  private long timeoutNs = Nanos.NEVER;
  private int transmissions;
  private long firstSentNs;
  private long lastProgressNs;
  private long startedNs;
  private long datagramsSent;
  private long retransmissions;

  /**
   * The acknowledged number of the previous, retransmitted message, and its possible round-trip
   * time; see {@link RetransmissionTimer}.
   */
  private long ambiguousAck = -1;

  private long ambiguousRttNs;

  private @Nullable LabOffer handOver;

  /**
   * Creates a sender; the first {@link #pollTransmit} starts the transfer.
   *
   * @param peer the server; datagrams from elsewhere are ignored
   * @param start the start message; its size must be the source's
   * @param maxDatagramBytes the largest datagram to send, even if the server accepts larger ones
   * @param startPolicy the timeouts until the first answer
   */
  public LabSender(
      InetSocketAddress peer,
      Start start,
      FileContent source,
      int maxDatagramBytes,
      RetransmissionPolicy startPolicy) {
    this(peer, start, source, maxDatagramBytes, startPolicy, HandOver.NEVER);
  }

  /**
   * Creates a sender that can hand over to Ferry mode if the server is a Ferry server.
   *
   * @param handsOver when to end with a {@link #handOver}, and without an event
   */
  public LabSender(
      InetSocketAddress peer,
      Start start,
      FileContent source,
      int maxDatagramBytes,
      RetransmissionPolicy startPolicy,
      HandOver handsOver) {
    if (start.sizeBytes() != source.sizeBytes()) {
      throw new IllegalArgumentException("the start message must declare the source's size");
    }
    this.peer = peer;
    this.start = start;
    this.source = source;
    this.maxDatagramBytes = maxDatagramBytes;
    this.handsOver = handsOver;
    this.timer = new RetransmissionTimer(startPolicy);
    this.outstanding =
        ByteBuffer.allocate(Math.max(maxDatagramBytes, LabCodec.encodedBytes(start)));
    this.seqno = start.seqno();
    LabCodec.encode(start, outstanding);
    outstanding.flip();
  }

  /** Sends below a cap, which may change meanwhile; before the first packet. */
  public void capBy(RateCap newCap) {
    cap = newCap.share();
  }

  /** How much of the file the server has acknowledged, in bytes. */
  public long acknowledgedBytes() {
    return chunkOffset;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (state == State.ENDED || transmissions == 0 || !from.equals(peer)) {
      return;
    }
    ToClient message = LabCodec.decodeFromServer(datagram.duplicate());
    if (message != null) {
      unreachable.clear();
    }
    if (message instanceof Ack ack) {
      if (handsOver != HandOver.NEVER && state == State.STARTING && isOwnPeers(ack)) {
        handOver(datagram);
      } else {
        onAck(ack, nowNs);
      }
    } else if (message instanceof Refusal refusal
        && refusal.seqno() == seqno
        && (ownPeer || state == State.STARTING)) {
      fail(new TransferFailure.Refused(refusal.reason()), nowNs);
    }
  }

  private void onAck(Ack ack, long nowNs) {
    if (!acknowledgesOutstanding(ack.seqno())) {
      if (ack.seqno() == ambiguousAck) {
        timer.sample(ambiguousRttNs);
        ambiguousAck = -1;
      }
      return;
    }
    if (state == State.STARTING) {
      onStartAcknowledged(ack, nowNs);
    } else {
      onChunkAcknowledged(ack, nowNs);
    }
  }

  private boolean acknowledgesOutstanding(long acknowledged) {
    if (state == State.STARTING) {
      return acknowledged == seqno + 1 || acknowledged == seqno;
    }
    return switch (numbering) {
      case COUNTING -> acknowledged == seqno + 1;
      case ECHO -> acknowledged == seqno;
      case ALTERNATING -> acknowledged == 1 - seqno;
      case UNDECIDED -> acknowledged == seqno + 1 || acknowledged == 1 - seqno;
    };
  }

  /**
   * The lab messages from which Ferry mode continues; null if there is no hand-over, or not yet.
   */
  public @Nullable LabOffer handOver() {
    return handOver;
  }

  private boolean isOwnPeers(Ack ack) {
    return acknowledgesOutstanding(ack.seqno()) && start.offersFerry() && ack.acceptsFerry();
  }

  private void handOver(ByteBuffer datagram) {
    handOver = new LabOffer(Bytes.copyOf(outstanding), Bytes.copyOf(datagram));
    stop();
  }

  private void onStartAcknowledged(Ack ack, long nowNs) {
    if (handsOver == HandOver.REQUIRED) {
      fail(new TransferFailure.Downgraded(), nowNs);
      return;
    }
    ownPeer = start.offersFerry() && ack.acceptsFerry();
    if (ack.seqno() == seqno) {
      numbering = Numbering.ECHO;
    } else if (start.dialect() == Dialect.COMPACT && seqno == 0 && !ownPeer) {
      numbering = Numbering.UNDECIDED;
    }
    if (transmissions > 1 && !ownPeer) {
      // An ambiguous sample over-estimates: the timeout must not be too short for a server that
      // appends duplicates.
      timer.sample(nowNs - firstSentNs);
    }
    timer.use(ownPeer ? RetransmissionPolicy.OWN : RetransmissionPolicy.LAB);
    Long taken = ack.bufferBytes();
    datagramBytes = (int) Math.min(taken == null ? DEFAULT_BUFFER_BYTES : taken, maxDatagramBytes);
    events.add(new SenderEvent.Connected(datagramBytes, ownPeer));
    acknowledged(ack, nowNs);
    sendChunk(nowNs);
  }

  private void onChunkAcknowledged(Ack ack, long nowNs) {
    if (numbering == Numbering.UNDECIDED) {
      numbering = ack.seqno() == seqno + 1 ? Numbering.COUNTING : Numbering.ALTERNATING;
    }
    acknowledged(ack, nowNs);
    chunkOffset += chunkBytes;
    if (state == State.LAST) {
      complete(nowNs);
    } else {
      sendChunk(nowNs);
    }
  }

  /** Updates the timer by Karn's rule, and notes the progress. */
  private void acknowledged(Ack ack, long nowNs) {
    ambiguousAck = -1;
    if (transmissions > 1) {
      ambiguousAck = ack.seqno();
      ambiguousRttNs = nowNs - firstSentNs;
    } else if (state != State.LAST) {
      // The answer to the last chunk includes the time of the server's disk.
      timer.sample(nowNs - firstSentNs);
    }
    timer.acknowledged();
    lateness.clear();
    lastProgressNs = nowNs;
  }

  private void sendChunk(long nowNs) {
    seqno = numbering == Numbering.ALTERNATING ? 1 - seqno : seqno + 1;
    int room = datagramBytes - LabCodec.dataHeaderBytes(start.dialect(), seqno);
    if (room <= 0) {
      fail(new TransferFailure.BufferTooSmall(datagramBytes), nowNs);
      return;
    }
    chunkBytes = (int) Math.min(room, start.sizeBytes() - chunkOffset);
    outstanding.clear();
    LabCodec.encodeDataHeader(start.dialect(), seqno, outstanding);
    outstanding.limit(outstanding.position() + chunkBytes);
    try {
      source.read(chunkOffset, outstanding);
    } catch (IOException e) {
      fail(new TransferFailure.SourceFailed(e), nowNs);
      return;
    }
    outstanding.flip();
    state = chunkOffset + chunkBytes == start.sizeBytes() ? State.LAST : State.SENDING;
    transmissions = 0;
    sendDue = true;
    timeoutNs = Nanos.NEVER;
  }

  @Override
  public void onUnreachable(long nowNs) {
    switch (state) {
      case STARTING -> fail(new TransferFailure.NothingListens(false, false), nowNs);
      case SENDING, LAST -> {
        if (unreachable.add(nowNs)) {
          fail(giveUp(), nowNs);
        }
      }
      case ENDED -> {}
    }
  }

  /** Does nothing: lab mode never runs over a stream. */
  @Override
  public void onDisconnected(long nowNs) {}

  @Override
  public boolean isEnded() {
    return state == State.ENDED;
  }

  @Override
  public void onTimeout(long nowNs) {
    if (!Nanos.isDue(timeoutNs, nowNs)) {
      return;
    }
    lateness.add(timeoutNs, nowNs);
    timeoutNs = Nanos.NEVER;
    // Before the first answer there is another way, unless the policy is for the last one.
    boolean hasAnotherWay =
        state == State.STARTING && !timer.policy().equals(RetransmissionPolicy.START);
    long extraNs = hasAnotherWay ? 0 : lateness.extraNs();
    long patienceNs = timer.policy().progressTimeoutNs() + extraNs;
    if (transmissions > timer.policy().minRetries() && nowNs - lastProgressNs >= patienceNs) {
      fail(giveUp(), nowNs);
    } else {
      timer.backOff();
      sendDue = true;
    }
  }

  private TransferFailure giveUp() {
    if (unreachable.isAny()) {
      return new TransferFailure.NothingListens(true, state == State.LAST);
    }
    return switch (state) {
      case STARTING -> new TransferFailure.NoAnswer();
      case LAST -> new TransferFailure.OutcomeUnknown();
      default -> new TransferFailure.LostContact();
    };
  }

  /** Whether a chunk has to wait; a repetition does not, but what follows waits the longer. */
  private boolean isCapped(long nowNs) {
    cappedUntilNs = Nanos.NEVER;
    if (state != State.STARTING && transmissions == 0) {
      long sendNs = cap.nextSendNs(outstanding.remaining(), nowNs);
      cappedUntilNs = sendNs - nowNs > 0 ? sendNs : Nanos.NEVER;
    }
    return cappedUntilNs != Nanos.NEVER;
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (!sendDue || isCapped(nowNs)) {
      return false;
    }
    sendDue = false;
    cap.onSent(outstanding.remaining());
    transmit.begin().put(outstanding.duplicate());
    transmit.finish(peer);
    if (datagramsSent == 0) {
      startedNs = nowNs;
      lastProgressNs = nowNs;
    }
    datagramsSent++;
    if (transmissions++ == 0) {
      firstSentNs = nowNs;
    } else {
      retransmissions++;
    }
    long rtoNs = timer.rtoNs();
    timeoutNs =
        Nanos.after(nowNs, state == State.LAST ? Math.max(rtoNs, LAST_CHUNK_FLOOR_NS) : rtoNs);
    return true;
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(cappedUntilNs, timeoutNs);
  }

  @Override
  public @Nullable SenderEvent pollEvent() {
    return events.poll();
  }

  private void complete(long nowNs) {
    end(new SenderEvent.Completed(stats(nowNs)));
  }

  private void fail(TransferFailure failure, long nowNs) {
    end(new SenderEvent.Failed(failure, stats(nowNs)));
  }

  private void end(SenderEvent event) {
    stop();
    events.add(event);
  }

  private void stop() {
    state = State.ENDED;
    sendDue = false;
    cappedUntilNs = Nanos.NEVER;
    timeoutNs = Nanos.NEVER;
  }

  /** The figures so far. */
  public TransferStats stats(long nowNs) {
    return new TransferStats(
        chunkOffset, nowNs - startedNs, datagramsSent, retransmissions, timer.smoothedRttNs());
  }
}
