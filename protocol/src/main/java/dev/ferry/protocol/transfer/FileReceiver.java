package dev.ferry.protocol.transfer;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ContentStream;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Copy.Source;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives one file (protocol.md, section 11): the server of a put, and the client of a get.
 * Content goes straight to its offset in the part file; nothing waits in order.
 *
 * <pre>
 *                 REQUESTING    OPENING         RECEIVING          PUBLISHING   PUBLISHED   ENDED
 * accept          → OPENING     violation       violation          violation    violation   —
 * reject          → ENDED       → ENDED         → ENDED            —            —           —
 * data            kept, if it   kept, a little  stored             —            —           —
 *                 takes early
 * finish          violation     kept            → PUBLISHING, if   —            —           —
 *                                               all is there
 * part opened     (cannot be)   → RECEIVING     (cannot be)                                 kept
 * part fails      (cannot be)   reject, ENDED   reject, ENDED      reject, ENDED
 * part compared   (cannot be)                   again, if damaged
 * copy            violation     kept, or comes  taken from the     —            —           —
 *                               again           older file
 * caught up                                     window, if it has grown
 * published       (cannot be)                                      done, → PUBLISHED
 * connection ends → ENDED       → ENDED         part kept, → ENDED —            —           —
 * </pre>
 *
 * The part is kept when the connection ends unless it ends by a violation, or because the source
 * has changed.
 */
public final class FileReceiver extends AbstractTransfer {
  /** How far the sender may be ahead of what is stored and flushed (protocol.md, section 12). */
  public static final long WINDOW_BYTES = 64L << 20;

  /** A window that has grown by less is not worth a frame. */
  private static final long WINDOW_STEP_BYTES = WINDOW_BYTES / 8;

  /** What may come while the part file is being opened (protocol.md, section 11.1). */
  private static final int MAX_EARLY_PIECES = TransportParameters.MAX_EARLY_PACKETS;

  /** What such a piece takes besides its content, roughly. */
  private static final int EARLY_PIECE_BYTES = 128;

  /** Where the filling of gaps between damaged ranges begins; it is doubled until they fit. */
  private static final long SMALLEST_GAP_BYTES = 64;

  private enum State {
    REQUESTING,
    OPENING,
    RECEIVING,
    PUBLISHING,
    PUBLISHED,
    ENDED
  }

  private static final long UNKNOWN = -1;

  /** A sender that may send nothing more is told of so much room at least. */
  private static final long LEAST_STEP_BYTES = 64L << 10;

  /** How many ranges {@link RangeSet} holds from the beginning. */
  private static final int FREE_RANGES = 16;

  /** By how many ranges at a time memory for gaps is asked for. */
  private static final int RANGES_IN_A_STEP = 64;

  /**
   * The largest memory for a range in bytes: a {@link RangeSet} here, and three of the part file.
   */
  private static final int BYTES_OF_A_RANGE = 128;

  private record EarlyPiece(long offset, ByteBuffer content) {}

  private final PartialFileStore store;
  private final Open open;

  /** What the client of a get takes from the file that is to be replaced. */
  private final List<ByteRange> reused;

  /** What the client of a put has said of that while the part file was being opened. */
  private @Nullable Copy earlyCopy;

  private final boolean checksBlockSums;

  /** Packets that would make more ranges count as lost, but for the first that is missing. */
  private RangeSet received = new RangeSet(PartialFileStore.MAX_RANGES);

  /** Known once {@link #received} is not needed any more. */
  private long doneBytes = UNKNOWN;

  private final ByteBudget.Share memory;
  private int rangesAllowed = FREE_RANGES;

  private final List<EarlyPiece> early = new ArrayList<>();
  private State state = State.REQUESTING;
  private FileAttributes file;

  /** {@link FileAttributes#UNKNOWN_SIZE} until the end of a stream is known. */
  private long sizeBytes;

  /** For how long a client may have nothing to send. */
  private final long idlePatienceNs;

  private @Nullable PartialFile part;

  /** Whether what was there is still being compared, so that some of it may have to come again. */
  private boolean comparing;

  private @Nullable Finish finish;

  /** What goes out with the done. */
  private @Nullable Accept acceptedLate;

  private long windowLimit;

  /** What is taken whatever was said of the window: nothing was, to who sends early. */
  private long freeBytes = WINDOW_BYTES;

  /** Whether content waits in memory for a reader. */
  private boolean waitsForReader;

  private FileReceiver(
      TransferContext context,
      TransferLog log,
      PartialFileStore store,
      Open open,
      List<ByteRange> reused,
      ByteBudget.Share memory) {
    super(context, log);
    this.reused = List.copyOf(reused);
    this.memory = memory;
    this.store = store;
    this.open = open;
    this.checksBlockSums = context.checksBlockSums();
    this.file = open.file();
    this.sizeBytes = file.sizeBytes();
    this.idlePatienceNs = context.idlePatienceNs();
  }

  /**
   * The server of a put.
   *
   * @param context the connection that carries it
   * @param memory for what comes early, and with gaps; what finds none there is not taken, and
   *     comes again
   */
  public static FileReceiver put(
      TransferContext context,
      Open open,
      PartialFileStore store,
      ByteBudget.Share memory,
      long nowNs) {
    TransferLog log =
        new TransferLog(Operation.PUT, open.name(), open.file().sizeBytes(), context, nowNs);
    FileReceiver receiver = new FileReceiver(context, log, store, open, List.of(), memory);
    receiver.openPart(open.file());
    return receiver;
  }

  /**
   * The client of a get, or of a list: asks for it, and accepts it once it knows how large it is.
   *
   * @param context the connection that carries it
   * @param store where the file goes, whatever the name by which it was asked for
   */
  public static Transfer get(
      TransferContext context, Open open, PartialFileStore store, long nowNs) {
    return get(context, open, store, List.of(), nowNs);
  }

  /**
   * The same, but that some of the content is in the file that is to be replaced.
   *
   * @param reused what is there, by the digests of its blocks: ranges of whole blocks in ascending
   *     order, with at least one byte between two; none if the server does not answer {@link
   *     Operation#DIGESTS}
   */
  public static Transfer get(
      TransferContext context,
      Open open,
      PartialFileStore store,
      List<ByteRange> reused,
      long nowNs) {
    if (!context.isAnswered(open.operation())) {
      return RefusedTransfer.unanswered(context, open, nowNs);
    }
    TransferLog log = new TransferLog(open.operation(), open.name(), 0, context, nowNs);
    context.frames().open(open);
    // A server sends nothing before the client has accepted, which it does once the file is open.
    return new FileReceiver(context, log, store, open, reused, ByteBudget.unlimited());
  }

  private void openPart(FileAttributes attributes) {
    state = State.OPENING;
    file = attributes;
    sizeBytes = attributes.sizeBytes();
    store.receive(
        new ReceiveRequest(
            open.transfer(),
            open.name(),
            attributes,
            open.failIfExists(),
            open.preserve(),
            reused.isEmpty()
                && checksBlockSums
                && attributes.sizeBytes() >= BlockSums.MIN_FILE_BYTES,
            Bytes.EMPTY,
            sharesPackets()),
        new PartListener());
  }

  @Override
  public long doneBytes() {
    return doneBytes == UNKNOWN ? received.totalBytes() : doneBytes;
  }

  @Override
  public Stage stage() {
    return switch (state) {
      case REQUESTING -> Stage.ACTIVE;
      case RECEIVING ->
          (finish != null && isComplete()) || isReaderAwaited() ? Stage.BUSY : Stage.ACTIVE;
      case OPENING, PUBLISHING -> Stage.BUSY;
      case PUBLISHED, ENDED -> Stage.OVER;
    };
  }

  @Override
  public boolean isWaiting(long nowNs) {
    return state == State.REQUESTING || stage() == Stage.BUSY || isSourceAwaited(nowNs);
  }

  /** Whether all has come that was sent, as it seems, and the client's source has no more yet. */
  private boolean isSourceAwaited(long nowNs) {
    return state == State.RECEIVING
        && !isSizeKnown()
        && received.firstGap(0) == received.totalBytes()
        && nowNs - log().progressedNs() < idlePatienceNs;
  }

  /** Whether the sender has sent all that it may, and a reader at this end takes nothing. */
  private boolean isReaderAwaited() {
    return waitsForReader && windowLimit < mostBytes() && received.containsAll(0, windowLimit);
  }

  private boolean isSizeKnown() {
    return sizeBytes != FileAttributes.UNKNOWN_SIZE;
  }

  /** The size, or as much as it can become. */
  private long mostBytes() {
    return isSizeKnown() ? sizeBytes : FileAttributes.MAX_SIZE_BYTES;
  }

  @Override
  public ContentStream content() {
    return ContentStream.NONE;
  }

  @Override
  public SendLimit waitsFor() {
    return switch (state) {
      case REQUESTING, PUBLISHED, ENDED -> SendLimit.ROUND_TRIP;
      case OPENING, PUBLISHING -> SendLimit.WRITER;
      case RECEIVING -> isWindowUsedUp() || isComplete() ? SendLimit.WRITER : SendLimit.PEER;
    };
  }

  /** Whether the sender has no room left, apart from what does not fill a packet. */
  private boolean isWindowUsedUp() {
    int ranges = received.rangeCount();
    return ranges > 0
        && windowLimit < mostBytes()
        && received.end(ranges - 1) >= windowLimit - Udp.MAX_PAYLOAD_BYTES;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    if (state == State.ENDED) {
      return;
    }
    boolean fitsFinish = finish == null || finish.sizeBytes() == accept.file().sizeBytes();
    boolean fits = fitsFinish && accept.receivedRanges().isEmpty() && accept.file().isSizeKnown();
    if (state != State.REQUESTING || !fits) {
      violated("an accept that does not fit", nowNs);
      return;
    }
    openPart(accept.file());
  }

  @Override
  public boolean onData(long offset, ByteBuffer content, long nowNs) {
    return switch (state) {
      case REQUESTING -> open.takesEarly() && keepEarly(offset, content);
      case OPENING -> keepEarly(offset, content);
      case RECEIVING -> store(offset, content, nowNs);
      case PUBLISHING, PUBLISHED, ENDED -> true;
    };
  }

  @Override
  public boolean onCopy(Copy copy, long nowNs) {
    return switch (state) {
      case REQUESTING -> {
        violated("a copy from a server", nowNs);
        yield true;
      }
      case OPENING -> {
        boolean first = earlyCopy == null;
        earlyCopy = first ? copy : earlyCopy;
        yield first || copy.equals(earlyCopy);
      }
      case RECEIVING -> copy(copy, nowNs);
      case PUBLISHING, PUBLISHED, ENDED -> true;
    };
  }

  /** Takes blocks from the older file; false if there is no memory for so many ranges. */
  private boolean copy(Copy copy, long nowNs) {
    if (!isSizeKnown() || !Unsent.areOfWholeBlocks(copy.ranges(), sizeBytes)) {
      violated("a copy of what is no block", nowNs);
      return true;
    }
    for (ByteRange range : copy.ranges()) {
      if (!mayHaveAnotherRange()) {
        return false;
      }
      log().progressed(copy(copy.source(), range, nowNs), nowNs);
      if (state != State.RECEIVING) {
        return true;
      }
    }
    updateWindow();
    publishIfComplete(nowNs);
    return true;
  }

  /** Returns how much of it had not come yet. */
  private long copy(Source source, ByteRange range, long nowNs) {
    try {
      switch (source) {
        case OLDER_FILE -> part().copy(range);
        case ZEROS -> part().zero(range);
      }
      return received.add(range.start(), range.end());
    } catch (StorageException e) {
      fail(e, nowNs);
      return 0;
    }
  }

  private boolean keepEarly(long offset, ByteBuffer content) {
    if (early.size() == MAX_EARLY_PIECES
        || !memory.hold(memory.bytes() + content.remaining() + EARLY_PIECE_BYTES)) {
      return false;
    }
    ByteBuffer copy = ByteBuffer.allocate(content.remaining()).put(content).flip();
    early.add(new EarlyPiece(offset, copy));
    return true;
  }

  /** What was kept, in order; none is any more. */
  private List<EarlyPiece> takeEarly() {
    List<EarlyPiece> pieces = List.copyOf(early);
    early.clear();
    memory.hold(0);
    return pieces;
  }

  private boolean store(long offset, ByteBuffer content, long nowNs) {
    long end = offset + content.remaining();
    if (end > mostBytes() || end > Math.max(windowLimit, freeBytes)) {
      violated("content beyond the window or the end of the file", nowNs);
      return true;
    }
    long added = mayHaveAnotherRange() ? received.add(offset, end) : addAmongRanges(offset, end);
    if (added == RangeSet.FULL) {
      return false;
    }
    if (added == 0) {
      log().repeated();
      return true;
    }
    try {
      part().write(offset, content);
    } catch (StorageException e) {
      fail(e, nowNs);
      return true;
    }
    log().progressed(added, nowNs);
    updateWindow();
    publishIfComplete(nowNs);
    return true;
  }

  private boolean mayHaveAnotherRange() {
    if (received.rangeCount() < rangesAllowed) {
      return true;
    }
    int more = rangesAllowed + RANGES_IN_A_STEP;
    if (more >= PartialFileStore.MAX_RANGES
        || !memory.hold((long) (more - FREE_RANGES) * BYTES_OF_A_RANGE)) {
      return false;
    }
    rangesAllowed = more;
    return true;
  }

  /**
   * Adds without memory for another range what extends one, and what is the first that is missing,
   * for which there is always room: so every gap closes in the end.
   */
  private long addAmongRanges(long from, long to) {
    long next = received.nextStart(from);
    boolean extendsOne =
        (from > 0 && received.contains(from - 1)) || (next != RangeSet.NONE && next <= to);
    return extendsOne || from == received.firstGap(0) ? received.add(from, to) : RangeSet.FULL;
  }

  private PartialFile part() {
    if (part == null) {
      throw new IllegalStateException("no part file in state " + state);
    }
    return part;
  }

  /** Closes slowly where the disk cannot keep up, and opens again when it can. */
  private void updateWindow() {
    if (acceptedLate != null) {
      return;
    }
    long ahead = Math.min(part().roomBytes(), Math.max(0, WINDOW_BYTES - part().backlogBytes()));
    // What is told is never more than this, which takes no look at the ranges.
    if (isWorthTelling(received.totalBytes() + ahead)) {
      long limit = endOfMissing(ahead);
      if (isWorthTelling(limit)) {
        windowLimit = limit;
        frames().window(limit);
      }
    }
  }

  private boolean isWorthTelling(long limit) {
    boolean last = limit >= mostBytes() && windowLimit < mostBytes();
    return last || limit >= windowLimit + windowStepBytes();
  }

  /** The offset below which so many bytes are missing. */
  private long endOfMissing(long bytes) {
    long end = bytes;
    for (int i = 0; i < received.rangeCount() && received.start(i) < end; i++) {
      end += received.end(i) - received.start(i);
    }
    return end;
  }

  /** Where a reader sets the pace the steps become shorter with what the sender may still send. */
  private long windowStepBytes() {
    if (!waitsForReader) {
      return WINDOW_STEP_BYTES;
    }
    long leftBytes = windowLimit - received.totalBytes();
    return Math.max(LEAST_STEP_BYTES, Math.min(WINDOW_STEP_BYTES, leftBytes / 8));
  }

  @Override
  public void onWindow(long limit) {
    // Harmless, and without a meaning: the other end takes no content.
  }

  @Override
  public void onAgain(Again again, long nowNs) {
    violated("an again for the receiver", nowNs);
  }

  @Override
  public void onFinish(Finish newFinish, long nowNs) {
    if (stage() == Stage.OVER || state == State.PUBLISHING) {
      return;
    }
    // That of a list, or of who said so, needs no answer, and may overtake the accept.
    boolean takesEarly = open.takesEarly() || isList();
    boolean precedesAccept = state == State.REQUESTING && takesEarly;
    if (!precedesAccept && !fits(newFinish)) {
      violated("a finish that does not fit", nowNs);
      return;
    }
    if (newFinish.check().sha256() == null && !(checksBlockSums && file.isSizeKnown())) {
      violated("a finish by what this end cannot check", nowNs);
      return;
    }
    finish = newFinish;
    if (!isSizeKnown()) {
      sizeBytes = newFinish.sizeBytes();
      log().sized(sizeBytes);
      if (state == State.RECEIVING) {
        part().endsAt(sizeBytes);
      }
    }
    publishIfComplete(nowNs);
  }

  private boolean isList() {
    return open.operation() == Operation.LIST || open.operation() == Operation.DIGESTS;
  }

  private boolean fits(Finish asSent) {
    return state != State.REQUESTING
        && (isSizeKnown() ? asSent.sizeBytes() == sizeBytes : asSent.sizeBytes() >= largestEnd());
  }

  private void publishIfComplete(long nowNs) {
    if (state == State.RECEIVING && finish != null && isComplete() && !comparing) {
      state = State.PUBLISHING;
      releaseMemory();
      log().phaseChanged(nowNs);
      part().publish(finish.check(), new Publication());
    }
  }

  /** Where what has come so far ends. */
  private long largestEnd() {
    int ranges = received.rangeCount();
    long end = ranges == 0 ? 0 : received.end(ranges - 1);
    for (EarlyPiece piece : early) {
      end = Math.max(end, piece.offset() + piece.content().remaining());
    }
    return end;
  }

  private boolean isComplete() {
    return isSizeKnown() && received.containsAll(0, sizeBytes);
  }

  /** Asks for what is damaged, and perhaps for some of what is between, to keep the frame small. */
  private void askAgain(List<ByteRange> damaged, long nowNs) {
    long before = received.totalBytes();
    damaged.forEach(range -> received.remove(range.start(), range.end()));
    log().damaged(before - received.totalBytes());
    frames().again(new Again(fileId(), coarsened(damaged)));
    log().phaseChanged(nowNs);
  }

  /** The ranges with the smallest gaps filled, so that they fit into a frame. */
  private static List<ByteRange> coarsened(List<ByteRange> ranges) {
    List<ByteRange> coarse = ranges;
    for (long gap = SMALLEST_GAP_BYTES; coarse.size() > Accept.MAX_RANGES; gap *= 2) {
      coarse = withoutGapsUpTo(gap, ranges);
    }
    return coarse;
  }

  private static List<ByteRange> withoutGapsUpTo(long gap, List<ByteRange> ranges) {
    List<ByteRange> joined = new ArrayList<>();
    for (ByteRange range : ranges) {
      int last = joined.size() - 1;
      if (last >= 0 && range.start() - joined.get(last).end() <= gap) {
        joined.set(last, new ByteRange(joined.get(last).start(), range.end()));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /** Gives back what gaps and early pieces took, once no more content is taken. */
  private void releaseMemory() {
    doneBytes = doneBytes();
    early.clear();
    received = new RangeSet(PartialFileStore.MAX_RANGES);
    memory.hold(0);
  }

  @Override
  public void onDone(long nowNs) {
    violated("a done for the receiver", nowNs);
  }

  /** The disk says no: the sender is told why, and nothing stays. */
  private void fail(StorageException cause, long nowNs) {
    frames().reject(Reject.of(fileId(), cause));
    if (state == State.RECEIVING) {
      part().discard();
    }
    state = State.ENDED;
    releaseMemory();
    log().failed(new TransferFailure.Unstorable(cause), doneBytes(), nowNs);
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    if (stage() == Stage.OVER || state == State.PUBLISHING) {
      return;
    }
    if (state == State.RECEIVING) {
      if (isWorthless(failure) || !file.isSizeKnown()) {
        part().discard();
      } else {
        part().keep();
      }
    }
    state = State.ENDED;
    releaseMemory();
    log().failed(failure, doneBytes(), nowNs);
  }

  /** Whether nothing can be resumed after a failure: what has arrived is wrong, or out of date. */
  private static boolean isWorthless(TransferFailure failure) {
    return failure instanceof TransferFailure.Violation
        || (failure instanceof TransferFailure.EndedByPeer ended && ended.isSourceChange());
  }

  /** Takes over what is there already, as far as there is memory for its gaps. */
  private List<ByteRange> known(List<ByteRange> present) {
    List<ByteRange> known = new ArrayList<>(present.size());
    for (ByteRange range : present) {
      if (mayHaveAnotherRange()) {
        received.add(range.start(), range.end());
        known.add(range);
      }
    }
    return known;
  }

  private static List<ByteRange> offered(List<ByteRange> known) {
    return known.stream()
        .sorted(Comparator.comparingLong(ByteRange::length).reversed())
        .limit(Accept.MAX_RANGES)
        .sorted(Comparator.comparingLong(ByteRange::start))
        .toList();
  }

  /** Whether everything has come already, as far as the lengths of the pieces tell. */
  private boolean isComplete(List<EarlyPiece> pieces) {
    long bytes = received.totalBytes();
    for (EarlyPiece piece : pieces) {
      bytes += piece.content().remaining();
    }
    return finish != null && bytes >= sizeBytes;
  }

  private final class PartListener implements PartialFileStore.Listener {
    @Override
    public void opened(PartialFile opened, long nowNs) {
      if (state != State.OPENING) {
        opened.keep();
        return;
      }
      part = opened;
      state = State.RECEIVING;
      waitsForReader = opened.roomBytes() != Long.MAX_VALUE;
      freeBytes = waitsForReader ? 0 : WINDOW_BYTES;
      if (!file.isSizeKnown() && isSizeKnown()) {
        opened.endsAt(sizeBytes);
      }
      List<EarlyPiece> pieces = takeEarly();
      comparing = !opened.present().isEmpty();
      Accept accept = new Accept(fileId(), file, offered(known(opened.present())));
      boolean reuses = reuse(nowNs);
      if (state != State.RECEIVING) {
        changed();
        return;
      }
      log().started(sizeBytes, received.totalBytes(), nowNs);
      if (sharesPackets() && isComplete(pieces)) {
        acceptedLate = accept; // Nobody waits for it: one packet with the done will do.
      } else {
        frames().accept(accept);
        updateWindow();
      }
      for (EarlyPiece piece : pieces) {
        onData(piece.offset(), piece.content(), nowNs);
      }
      if (reuses) {
        frames().copy(new Unsent(reused, List.of()).frames(fileId()));
      }
      if (earlyCopy != null) {
        copy(earlyCopy, nowNs);
      }
      publishIfComplete(nowNs);
      if (state == State.RECEIVING && acceptedLate != null) {
        frames().accept(acceptedLate); // Something had come twice.
        acceptedLate = null;
        updateWindow();
      }
      changed();
    }

    /** Takes what is in the older file, unless the file has changed since it was compared. */
    private boolean reuse(long nowNs) {
      if (reused.isEmpty() || !Unsent.areOfWholeBlocks(reused, sizeBytes)) {
        return false;
      }
      for (int i = 0; i < reused.size() && state == State.RECEIVING; i++) {
        copy(Source.OLDER_FILE, reused.get(i), nowNs);
      }
      return true;
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      if (state == State.OPENING || state == State.RECEIVING) {
        fail(cause, nowNs);
        changed();
      }
    }

    @Override
    public void compared(List<ByteRange> damaged, long nowNs) {
      if (state == State.RECEIVING) {
        comparing = false;
        if (!damaged.isEmpty()) {
          askAgain(damaged, nowNs);
        }
        publishIfComplete(nowNs);
        changed();
      }
    }

    @Override
    public void caughtUp(long nowNs) {
      if (state == State.RECEIVING) {
        boolean waited = isReaderAwaited();
        updateWindow();
        if (waited && !isReaderAwaited()) {
          log().phaseChanged(nowNs); // It was not the sender's turn.
        }
        changed();
      }
    }
  }

  private final class Publication implements PublicationListener {
    @Override
    public void published(@Nullable String sha256Hex, long nowNs) {
      state = State.PUBLISHED;
      if (acceptedLate != null) {
        frames().accept(acceptedLate);
      }
      frames().done();
      log().finished(sha256Hex, nowNs);
      changed();
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      fail(cause, nowNs);
      changed();
    }
  }
}
