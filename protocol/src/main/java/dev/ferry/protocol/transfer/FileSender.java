package dev.ferry.protocol.transfer;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.SourceStream;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ContentStream;
import dev.ferry.protocol.connection.ControlFrameQueue;
import dev.ferry.protocol.connection.SendLimit;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends one file (protocol.md, section 11): the client of a put, and the server of a get. What the
 * receiver has already is skipped; what was lost goes first.
 *
 * <pre>
 *                 ASKING                      SENDING                       ENDED
 * accept          → SENDING                   violation                     —
 * reject          → ENDED                     → ENDED                       —
 * window          the limit grows             the limit grows               —
 * data, finish    violation                   violation                     —
 * again           violation                     what is asked for is sent   —
 * copy            comes again                   it is not sent              —
 * done            → ENDED, if the finish was sent; else violation           —
 * digest ready    finish, once all was sent                                 —
 * stream goes on  more is sent; at its end the finish                       —
 * source fails    → ENDED                     → ENDED                       —
 * </pre>
 */
public final class FileSender extends AbstractTransfer implements ContentStream {
  /** As many packets as there is content for. */
  private static final int ANY = Integer.MAX_VALUE;

  /** How fast a client's disk is at least, for as far as a server waits for it. */
  private static final long SLOW_DISK_BYTES_PER_SECOND = 8L << 20;

  /** How many ranges that are skipped need no memory of a budget. */
  private static final int FREE_RANGES = 2 * Accept.MAX_RANGES;

  private static final int BYTES_OF_A_RANGE = 32;

  private enum State {
    ASKING,
    SENDING,
    ENDED
  }

  private final boolean client;
  private final SourceFile file;

  /** What comes bit by bit; null if it is a file that is there as a whole. */
  private final @Nullable StreamedContent stream;

  private final boolean checksBlockSums;

  /** For how long a client may have its reader wait. */
  private final long idlePatienceNs;

  /** {@link FileAttributes#UNKNOWN_SIZE} until the end of a stream has come. */
  private long sizeBytes;

  /** What the receiver has. Each part of it that is asked for again may cut a range in two. */
  private final RangeSet skipped =
      new RangeSet(PartialFileStore.MAX_RANGES + 2 * Accept.MAX_RANGES);

  private int skippedAllowed = FREE_RANGES;

  /** How much of that is not below {@link #next}. */
  private long skippedAheadBytes;

  /** For ranges that the client of a get copies. */
  private final ByteBudget.Share memory;

  private final RangeSet lost;
  private State state = State.ASKING;
  private boolean digesting;
  private @Nullable ContentCheck check;

  /** Everything below has been sent once, or is skipped. */
  private long next;

  /** The first offset that must not be sent. */
  private long limit;

  /** Whether content, and the finish if that was all, go out before there is an answer. */
  private final boolean early;

  /** How many more packets of content may go out before there is an answer. */
  private int earlyPackets;

  private long inFlightBytes;

  /** When content arrived last. */
  private long deliveredNs;

  private long doneBytes;

  private FileSender(
      TransferContext context,
      TransferLog log,
      boolean client,
      SourceFile file,
      int earlyPackets,
      ByteBudget.Share memory) {
    super(context, log);
    this.memory = memory;
    this.lost = new RangeSet(context.maxPieces() + Accept.MAX_RANGES);
    this.client = client;
    this.file = file;
    this.sizeBytes = file.sizeBytes();
    this.earlyPackets = earlyPackets;
    this.early = earlyPackets > 0;
    this.checksBlockSums = context.checksBlockSums();
    this.idlePatienceNs = context.idlePatienceNs();
    this.stream =
        file instanceof SourceStream source
            ? new StreamedContent(source, context.maxPieces())
            : null;
    this.limit = Math.min((long) earlyPackets * context.firstPacketBytes(), mostBytes());
  }

  /**
   * The client of a put: sends the open, and the first packets of content behind it.
   *
   * @param context the connection that carries it
   */
  public static FileSender put(TransferContext context, Open open, SourceFile file, long nowNs) {
    return put(context, open, file, Unsent.NOTHING, nowNs);
  }

  /**
   * The same, but that some of the content need not be sent; unless the server does not answer
   * {@link Operation#DIGESTS}.
   */
  public static FileSender put(
      TransferContext context, Open open, SourceFile file, Unsent unsent, long nowNs) {
    TransferLog log = new TransferLog(Operation.PUT, open.name(), file.sizeBytes(), context, nowNs);
    context.frames().open(open);
    FileSender sender =
        new FileSender(context, log, true, file, context.earlyPackets(), ByteBudget.unlimited());
    boolean takes = context.isAnswered(Operation.DIGESTS);
    sender.leaveOut(takes ? unsent.in(file.sizeBytes()) : Unsent.NOTHING);
    sender.finishInFirstFlight();
    return sender;
  }

  private void leaveOut(Unsent unsent) {
    unsent.zeros().forEach(range -> skip(range.start(), range.end()));
    unsent.copied().forEach(range -> skip(range.start(), range.end()));
    frames().copy(unsent.frames(fileId()));
    if (unsent.copied().isEmpty()) {
      checkBySums();
    }
  }

  /** Where sums are enough: not where some content is not this transfer's own. */
  private void checkBySums() {
    if (checksBlockSums && sizeBytes >= BlockSums.MIN_FILE_BYTES) {
      file.useBlockSums();
    }
  }

  /**
   * The server of a get: offers the file, and sends when the client has agreed, or as much as it
   * takes before that; or turns it down.
   *
   * @param context the connection that carries it
   */
  public static Transfer get(
      TransferContext context, Open open, SourceStore store, ByteBudget.Share memory, long nowNs) {
    String name = open.name();
    try {
      int early = open.takesEarly() ? TransportParameters.MAX_EARLY_PACKETS : 0;
      return offer(context, Operation.GET, name, store.open(name), early, memory, nowNs);
    } catch (StorageException e) {
      return RefusedTransfer.of(context, Operation.GET, name, e, nowNs);
    }
  }

  /**
   * Offers what has been opened for the client.
   *
   * @param earlyPackets how many packets of content need no answer
   * @param memory for what the client copies
   */
  static FileSender offer(
      TransferContext context,
      Operation operation,
      String name,
      SourceFile file,
      int earlyPackets,
      ByteBudget.Share memory,
      long nowNs) {
    TransferLog log = new TransferLog(operation, name, file.sizeBytes(), context, nowNs);
    context.frames().accept(new Accept(context.file(), file.attributes(), List.of()));
    FileSender sender = new FileSender(context, log, false, file, earlyPackets, memory);
    sender.checkBySums();
    if (sender.early) {
      sender.finishInFirstFlight();
    }
    return sender;
  }

  /**
   * The client of a put of content that comes bit by bit; refused if the server takes none, and
   * without contact if an earlier connection has got so much that the beginning is gone.
   *
   * @param context the connection that carries it
   */
  public static Transfer stream(
      TransferContext context, Open open, SourceStream source, long nowNs) {
    if (!context.takesUnknownSizes()) {
      return RefusedTransfer.unknownSize(context, open, nowNs);
    }
    TransferLog log =
        new TransferLog(Operation.PUT, open.name(), FileAttributes.UNKNOWN_SIZE, context, nowNs);
    FileSender sender =
        new FileSender(context, log, true, source, context.earlyPackets(), ByteBudget.unlimited());
    if (!source.begin(sender.new More())) {
      return RefusedTransfer.goneBy(context, open, nowNs);
    }
    context.frames().open(open);
    sender.more();
    return sender;
  }

  /** The size, or as much as it can become. */
  private long mostBytes() {
    return sizeBytes == FileAttributes.UNKNOWN_SIZE ? FileAttributes.MAX_SIZE_BYTES : sizeBytes;
  }

  /** The end of what there is to be sent so far. */
  private long availableBytes() {
    return stream == null ? sizeBytes : stream.availableBytes();
  }

  /** The end of what may be sent now. */
  private long sendableBytes() {
    return Math.min(limit, availableBytes());
  }

  /** More of a stream has come, or its end. */
  private void more() {
    if (stream != null && state != State.ENDED && stream.isWhole()) {
      sizeBytes = stream.sizeBytes();
      limit = Math.min(limit, sizeBytes);
      log().sized(sizeBytes);
      finishIfSent();
    }
  }

  @Override
  public long doneBytes() {
    return doneBytes;
  }

  /** Never busy: a digest is given up with the file. */
  @Override
  public Stage stage() {
    return state == State.ENDED ? Stage.OVER : Stage.ACTIVE;
  }

  @Override
  public ContentStream content() {
    return this;
  }

  @Override
  public boolean isWaiting(long nowNs) {
    return switch (state) {
      case ASKING -> client;
      case SENDING -> isIdle(nowNs) || (isDelivered() && (client || isChecked(nowNs)));
      case ENDED -> false;
    };
  }

  /** For as long as a client may take to read and check all of the file. */
  private boolean isChecked(long nowNs) {
    return nowNs - deliveredNs < Nanos.SECOND * (1 + sizeBytes / SLOW_DISK_BYTES_PER_SECOND);
  }

  /**
   * Whether everything has arrived that may be sent, and there will be more: the source of this
   * client, or the reader of the server's, waits.
   */
  private boolean isIdle(long nowNs) {
    if (isSent() || !lost.isEmpty() || inFlightBytes > 0) {
      return false;
    }
    return client
        ? stream != null && next == stream.availableBytes()
        : skipped.firstGap(next) >= limit && nowNs - log().progressedNs() < idlePatienceNs;
  }

  @Override
  public SendLimit waitsFor() {
    return switch (state) {
      case ASKING ->
          client && frames().isConfirmed(ControlFrameQueue.Kind.OPEN)
              ? SendLimit.WRITER
              : SendLimit.ROUND_TRIP;
      case SENDING ->
          isSent()
              ? waitsForTheEnd()
              : next < limit && next == availableBytes()
                  ? SendLimit.READER
                  : SendLimit.RECEIVE_WINDOW;
      case ENDED -> SendLimit.ROUND_TRIP;
    };
  }

  private SendLimit waitsForTheEnd() {
    if (!isDelivered()) {
      return SendLimit.ROUND_TRIP;
    }
    if (check == null) {
      return SendLimit.READER;
    }
    return frames().isConfirmed(ControlFrameQueue.Kind.FINISH)
        ? SendLimit.WRITER
        : SendLimit.ROUND_TRIP;
  }

  @Override
  public void onAccept(Accept accept, long nowNs) {
    if (state == State.ENDED) {
      return;
    }
    if (state != State.ASKING || accept.file().sizeBytes() != file.attributes().sizeBytes()) {
      violated("an accept that does not fit", nowNs);
      return;
    }
    state = State.SENDING;
    earlyPackets = ANY;
    accept.receivedRanges().forEach(range -> skip(range.start(), range.end()));
    if (stream != null) {
      stream.accepted();
    }
    log().started(sizeBytes, skipped.totalBytes(), nowNs);
    updateDone();
    if (!skipped.isEmpty()) {
      startDigest();
    }
    finishIfSent();
  }

  /** The receiver has this, or will have it without being sent it. */
  private void skip(long from, long to) {
    long aheadFrom = Math.min(to, Math.max(from, next));
    skipped.add(from, aheadFrom);
    skippedAheadBytes += Math.max(0, skipped.add(aheadFrom, to));
    lost.remove(from, to);
  }

  @Override
  public boolean onCopy(Copy copy, long nowNs) {
    if (client) {
      violated("a copy for the sender of a put", nowNs);
    } else if (state == State.ASKING) {
      return false; // Its accept is to come first.
    } else if (state == State.SENDING) {
      skipCopied(copy.ranges(), nowNs);
    }
    return true;
  }

  /** As far as there is memory: who is sent what it has already does not mind. */
  private void skipCopied(List<ByteRange> ranges, long nowNs) {
    for (ByteRange range : ranges) {
      if (range.end() > sizeBytes) {
        violated("a copy beyond the end of the file", nowNs);
        return;
      }
      if (skipped.rangeCount() < skippedAllowed || holdsMore()) {
        skip(range.start(), range.end());
      }
    }
    updateDone();
    finishIfSent();
  }

  private boolean holdsMore() {
    int more = skippedAllowed + Accept.MAX_RANGES;
    if (more > PartialFileStore.MAX_RANGES
        || !memory.hold((long) (more - FREE_RANGES) * BYTES_OF_A_RANGE)) {
      return false;
    }
    skippedAllowed = more;
    return true;
  }

  @Override
  public boolean onData(long offset, ByteBuffer content, long nowNs) {
    violated("content for the sender", nowNs);
    return true;
  }

  @Override
  public void onWindow(long newLimit) {
    earlyPackets = ANY;
    limit = Math.max(limit, Math.min(newLimit, mostBytes()));
  }

  @Override
  public void onFinish(Finish finish, long nowNs) {
    violated("a finish for the sender", nowNs);
  }

  @Override
  public void onDone(long nowNs) {
    if (state == State.ENDED) {
      return;
    }
    if (check == null || !frames().wasSent(ControlFrameQueue.Kind.FINISH)) {
      violated("a done before the finish", nowNs);
      return;
    }
    if (state == State.ASKING) {
      log().started(sizeBytes, 0, nowNs);
    }
    state = State.ENDED;
    doneBytes = sizeBytes;
    file.release();
    memory.hold(0);
    log().finished(check.sha256Hex(), nowNs);
    close(Close.DONE, "", nowNs);
  }

  /** What the receiver had is damaged: it counts as lost, or as not sent yet. */
  @Override
  public void onAgain(Again again, long nowNs) {
    if (state == State.ENDED) {
      return;
    }
    boolean fits = stream == null && again.ranges().stream().noneMatch(r -> r.end() > sizeBytes);
    if (state == State.ASKING || !fits) {
      violated("an again that does not fit", nowNs);
      return;
    }
    for (ByteRange range : again.ranges()) {
      unskip(range);
      if (range.start() < next) {
        sendAgain(range.start(), Math.min(range.end(), next));
      }
    }
  }

  private void unskip(ByteRange range) {
    long ahead = Math.min(range.end(), Math.max(range.start(), next));
    long below = Math.max(0, skipped.remove(range.start(), ahead));
    long above = Math.max(0, skipped.remove(ahead, range.end()));
    skippedAheadBytes -= above;
    log().damaged(below + above);
  }

  @Override
  public boolean hasContent() {
    return state != State.ENDED && (!lost.isEmpty() || hasNewContent());
  }

  @Override
  public boolean hasLost() {
    return state != State.ENDED && !lost.isEmpty();
  }

  private boolean hasNewContent() {
    return earlyPackets > 0 && skipped.firstGap(next) < sendableBytes();
  }

  @Override
  public boolean isTail() {
    return state == State.SENDING && sizeBytes > 0 && isSent();
  }

  @Override
  public long unsentBytes() {
    return state == State.ENDED ? 0 : availableBytes() - next - skippedAheadBytes;
  }

  @Override
  public boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs) {
    if (!lost.isEmpty()) {
      long from = lost.start(0);
      if (!write(from, lost.end(0), buffer, piece, nowNs)) {
        return false;
      }
      lost.remove(from, from + piece.length);
      log().repeated();
      return true;
    }
    long from = skipped.firstGap(next);
    long after = skipped.nextStart(from);
    long to = after == RangeSet.NONE ? sendableBytes() : Math.min(after, sendableBytes());
    if (!hasNewContent() || !write(from, to, buffer, piece, nowNs)) {
      return false;
    }
    if (earlyPackets != ANY) {
      earlyPackets--;
    }
    skippedAheadBytes -= from - next;
    next = from + piece.length;
    finishIfSent();
    return true;
  }

  @Override
  public boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs) {
    if (state == State.ENDED
        || (stream != null && piece.offset < stream.deliveredBytes())
        || !write(piece.offset, piece.offset + piece.length, buffer, piece, nowNs)) {
      return false;
    }
    log().repeated();
    return true;
  }

  private boolean write(long from, long to, ByteBuffer buffer, Piece piece, long nowNs) {
    int start = buffer.position();
    int length = writeHeader(from, to, buffer);
    if (length == 0) {
      return false;
    }
    int limitBefore = buffer.limit();
    buffer.limit(buffer.position() + length);
    try {
      file.read(from, buffer);
    } catch (IOException e) {
      buffer.position(start);
      sourceFailed(e, nowNs);
      return false;
    } finally {
      buffer.limit(limitBefore);
    }
    piece.set(from, length);
    inFlightBytes += length;
    return true;
  }

  /** Begins a piece; returns how long it is to be, or 0 if it is not worth while. */
  private int writeHeader(long from, long to, ByteBuffer buffer) {
    int roomBytes = buffer.remaining() - FrameWriter.dataHeaderBytes(fileId());
    if (!sharesPackets() || to - from >= roomBytes) {
      boolean fits = FrameWriter.dataHeader(fileId(), from, buffer);
      return fits ? (int) Math.min(to - from, buffer.remaining()) : 0;
    }
    int wanted = (int) (to - from);
    int headerBytes = FrameWriter.shortDataHeaderBytes(fileId(), from, wanted);
    int length = Math.min(wanted, buffer.remaining() - headerBytes);
    boolean fits = length > 0 && FrameWriter.shortDataHeader(fileId(), from, length, buffer);
    return fits ? length : 0;
  }

  @Override
  public void onContentAcknowledged(long offset, int length, boolean wasLost, long nowNs) {
    if (wasLost || stream != null) {
      lost.remove(offset, offset + length);
    }
    if (!wasLost) {
      inFlightBytes -= length;
    }
    if (stream != null) {
      stream.arrived(offset, offset + length);
    }
    progressed(nowNs);
  }

  @Override
  public void onContentCovered(int length, long nowNs) {
    inFlightBytes -= length;
    progressed(nowNs);
  }

  private void progressed(long nowNs) {
    long before = doneBytes;
    deliveredNs = nowNs;
    updateDone();
    log().progressed(doneBytes - before, nowNs);
  }

  @Override
  public void onContentLost(long offset, int length) {
    inFlightBytes -= length;
    if (stream == null) {
      sendAgain(offset, offset + length);
    } else {
      sendMissing(stream, offset, offset + length);
    }
  }

  /** What has arrived by another packet is not there any more. */
  private void sendMissing(StreamedContent content, long offset, long end) {
    long from = content.firstMissing(offset);
    while (from < end) {
      long to = content.missingUntil(from, end);
      sendAgain(from, to);
      from = content.firstMissing(to);
    }
  }

  private void sendAgain(long from, long to) {
    if (lost.add(from, to) == RangeSet.FULL) {
      throw new IllegalStateException("more was lost than can be in flight");
    }
  }

  /**
   * What has been sent and is neither in flight nor lost has arrived; pieces that are in flight
   * twice count twice, for a while.
   */
  private void updateDone() {
    if (state == State.SENDING) {
      long arrivedBytes = next + skippedAheadBytes - lost.totalBytes() - inFlightBytes;
      doneBytes = Math.max(doneBytes, arrivedBytes);
    }
  }

  private void startDigest() {
    if (!digesting) {
      digesting = true;
      file.digest(new Digested());
    }
  }

  /** A file that needs no answer to be sent is finished without one, which saves a round trip. */
  private void finishInFirstFlight() {
    if (limit >= sizeBytes) {
      startDigest();
      finishIfSent();
    }
  }

  private void finishIfSent() {
    if (mayFinish() && isSent()) {
      startDigest();
      if (check != null && !frames().wasSent(ControlFrameQueue.Kind.FINISH)) {
        long leftOut = endLeftOutNumbers();
        frames().finish(new Finish(fileId(), sizeBytes, check, leftOut));
      }
    }
  }

  private boolean mayFinish() {
    return state == State.SENDING || (state == State.ASKING && (client || early));
  }

  /** Whether every byte that the receiver lacked has been sent once. */
  private boolean isSent() {
    return sizeBytes != FileAttributes.UNKNOWN_SIZE && skipped.firstGap(next) >= sizeBytes;
  }

  private boolean isDelivered() {
    return isSent() && lost.isEmpty() && inFlightBytes == 0;
  }

  private void sourceFailed(IOException cause, long nowNs) {
    int code =
        cause instanceof SourceChangedException ? Close.SOURCE_CHANGED : Close.INTERNAL_ERROR;
    boolean unknown = frames().wasSent(ControlFrameQueue.Kind.FINISH);
    close(code, "the file cannot be read any more", nowNs);
    // What is read again by then may have arrived: so the file may be there, as it was.
    end(
        unknown ? new TransferFailure.OutcomeUnknown() : new TransferFailure.SourceFailed(cause),
        nowNs);
  }

  @Override
  public void end(TransferFailure failure, long nowNs) {
    if (state != State.ENDED) {
      state = State.ENDED;
      file.release();
      memory.hold(0);
      boolean unknown = frames().isConfirmed(ControlFrameQueue.Kind.FINISH);
      log().failed(unknown ? withDoubt(failure) : failure, doneBytes, nowNs);
    }
  }

  /** The receiver has everything, and may have published it. */
  private static TransferFailure withDoubt(TransferFailure failure) {
    if (failure instanceof TransferFailure.LostContact
        || failure instanceof TransferFailure.Disconnected) {
      return new TransferFailure.OutcomeUnknown(true);
    }
    return failure instanceof TransferFailure.NothingListens nothing
        ? new TransferFailure.NothingListens(nothing.answeredBefore(), true)
        : failure;
  }

  private final class More implements SourceStream.Listener {
    @Override
    public void onMore(long nowNs) {
      more();
      changed();
    }

    @Override
    public void onFailure(IOException cause, long nowNs) {
      if (state != State.ENDED) {
        sourceFailed(cause, nowNs);
        changed();
      }
    }
  }

  private final class Digested implements SourceFile.DigestListener {
    @Override
    public void digested(ContentCheck made, long nowNs) {
      check = made;
      finishIfSent();
      changed();
    }

    @Override
    public void failed(IOException cause, long nowNs) {
      if (state != State.ENDED) {
        sourceFailed(cause, nowNs);
        changed();
      }
    }
  }
}
