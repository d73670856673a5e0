package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.ContentStream.Piece;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The files of a connection: which are open, which have been closed, and whose content is sent next
 * (protocol.md, section 11). One file only, number 0, unless the other end takes more; such a
 * connection ends with its file. Finding a file, and each event about it, takes constant time. Not
 * thread-safe.
 *
 * <p>Content of small files goes first, and what was lost; then further files are opened, as many
 * as the server takes; what is left is for the large ones, in the order in which they were opened.
 */
final class OpenFiles {
  /** What a file takes besides its content, roughly, with its name and its control frames. */
  static final int BYTES_OF_A_FILE = 3 << 10;

  /** A range of numbers of closed files. */
  private static final int BYTES_OF_A_RANGE = 32;

  /** The smallest table; a power of two. */
  private static final int PLACES = 16;

  /** Files up to this length are small: they are sent without waiting for an answer. */
  private static final long SMALL_BYTES = 64 << 10;

  /** More is to be sent, as long as there are further files. */
  private static final long MORE_TO_COME_BYTES = 1 << 20;

  /** What the files ask of their connection. */
  interface Owner {
    ConnectionStats stats();

    ConnectionSnapshot snapshot(long nowNs);

    int firstPacketBytes();

    int earlyPackets();

    boolean isAnswered(Operation operation);

    long peersKinds();

    boolean checksBlockSums();

    boolean takesUnknownSizes();

    long idlePatienceNs();

    int maxPieces();

    /**
     * How many packet numbers have been left out.
     *
     * @param ends whether none are from now on
     */
    long leftOutNumbers(boolean ends);

    /** A file ends the connection. */
    void close(Close close, OpenFile by, long nowNs);

    /** Both ends know how a file ended; it is not heard of any more. */
    void onForgotten(int file);
  }

  private final Owner owner;
  private final OwedFrames frames;
  private final int limit;
  private final ByteBudget.Share memory;
  private final Queue<TransferEvent> events = new ArrayDeque<>();
  private final Deque<OpenFile> urgent = new ArrayDeque<>();
  private final Deque<OpenFile> bulk = new ArrayDeque<>();

  /** How many files have been removed since it was made sure that none of these is in line. */
  private int removedInLine;

  private final RangeSet closed;
  private @Nullable OpenFile[] table = new OpenFile[PLACES];
  private @Nullable OpenFile first;
  private @Nullable OpenFile last;

  /** The one that was asked for most recently. */
  private @Nullable OpenFile recent;

  private @Nullable FileQueue queue;
  private int size;
  private int active;
  private int busy;
  private int unsent;

  /** How many files are closed, as this end has sent or received how they ended. */
  private int closedForOpener;

  /** How many are not. */
  private int openNow;

  /** The number of the next file that this end opens, or one above the largest that was. */
  private int next;

  private long doneBytes;
  private long progressNs;
  private boolean ended;

  /**
   * Creates a connection's files, of which there are none.
   *
   * @param limit how many may be open at a time; 1 for a connection that carries one file only
   * @param memory for files beyond the first one
   */
  OpenFiles(Owner owner, OwedFrames frames, int limit, ByteBudget.Share memory, long nowNs) {
    this.owner = owner;
    this.frames = frames;
    this.limit = limit;
    this.memory = memory;
    this.closed = new RangeSet(3 * limit + 2);
    this.progressNs = nowNs;
  }

  Owner owner() {
    return owner;
  }

  /** Whether there may be more than one. */
  boolean isMany() {
    return limit > 1;
  }

  /** A client opens the files of a queue from now on. */
  void open(FileQueue newQueue) {
    queue = newQueue;
  }

  /** Whether a client has opened, and seen the end of, all that it wants to. */
  boolean isAllDone() {
    return queue != null && size == 0 && queue.isExhausted();
  }

  /** Whether there are further files that may be opened now. */
  private boolean mayOpen() {
    return queue != null && openNow < limit && size < 2 * limit && queue.hasNext();
  }

  private boolean openNext(long nowNs) {
    TransferFactory factory = queue == null ? null : queue.next(nowNs);
    if (factory == null) {
      return false;
    }
    begin(next, null, factory, nowNs);
    return true;
  }

  /** Whether there was ever a file. */
  boolean isBegun() {
    return next > 0;
  }

  /** The first file, if it is still open. */
  @Nullable Transfer firstTransfer() {
    return first == null ? null : first.transfer();
  }

  /**
   * Whether no file of that number can have been opened by the client, if it keeps to the limit: an
   * open may overtake as many ends of others.
   */
  boolean isImpossible(long fileId, Role role) {
    long end = role == Role.CLIENT ? next : closedForOpener + 2L * limit;
    return !OpenFile.isNumber(fileId) || fileId >= (isMany() ? end : 1);
  }

  /** Whether a file has been closed, and forgotten. */
  boolean isClosed(long fileId) {
    return closed.contains(fileId);
  }

  /** Whether there is room for another file of the peer's. */
  boolean hasRoom() {
    return size == 0
        || (openNow < limit
            && size < 2 * limit
            && memory.hold(
                (long) size * BYTES_OF_A_FILE + (long) closed.rangeCount() * BYTES_OF_A_RANGE));
  }

  /**
   * Begins a file.
   *
   * @param opened the client's open; null for the client itself
   */
  void begin(int file, @Nullable Open opened, TransferFactory factory, long nowNs) {
    OpenFile begun = new OpenFile(file, opened, this, frames.newQueue(file));
    add(begun);
    next = Math.max(next, file + 1);
    openNow++;
    active++;
    progressed(nowNs);
    begun.begin(factory.begin(begun, nowNs));
    update(begun);
  }

  private void add(OpenFile begun) {
    if (size >= table.length) {
      grow();
    }
    int place = begun.file & (table.length - 1);
    begun.nextInPlace = table[place];
    table[place] = begun;
    begun.before = last;
    if (last == null) {
      first = begun;
    } else {
      last.after = begun;
    }
    last = begun;
    size++;
  }

  private void grow() {
    table = new OpenFile[2 * table.length];
    for (OpenFile file = first; file != null; file = file.after) {
      int place = file.file & (table.length - 1);
      file.nextInPlace = table[place];
      table[place] = file;
    }
  }

  /** An open file by its number; null if it is not open, or no longer. */
  @Nullable OpenFile find(long fileId) {
    if (recent != null && recent.file == fileId) {
      return recent;
    }
    OpenFile found = table[(int) fileId & (table.length - 1)];
    while (found != null && found.file != fileId) {
      found = found.nextInPlace;
    }
    recent = found == null ? recent : found;
    return found;
  }

  /** How many are open, or not known to be closed. */
  int size() {
    return size;
  }

  /** Counts anew what may have changed with a file, and forgets it if it is settled. */
  void settle(OpenFile file) {
    update(file);
    if (isMany() && !file.removed && file.isSettled()) {
      remove(file);
    }
  }

  /** Counts anew what may have changed with a file. */
  void update(OpenFile file) {
    if (!file.isBegun() || file.removed) {
      return;
    }
    Transfer transfer = file.transfer();
    Stage stage = transfer.stage();
    if (stage != file.stage) {
      count(file.stage, -1);
      count(stage, 1);
      file.stage = stage;
    }
    if (!file.closedForOpener && (stage == Stage.OVER || file.isEndedByPeer())) {
      file.closedForOpener = true;
      closedForOpener++;
      openNow--;
    }
    doneBytes += transfer.doneBytes() - file.doneBytes;
    file.doneBytes = transfer.doneBytes();
    updateContent(file);
  }

  private void count(Stage stage, int change) {
    switch (stage) {
      case ACTIVE -> active += change;
      case BUSY -> busy += change;
      case OVER -> {}
    }
  }

  private void updateContent(OpenFile file) {
    ContentStream content = file.content();
    if (!isMany() || content == ContentStream.NONE) {
      return;
    }
    boolean isUnsent = content.unsentBytes() > 0;
    if (isUnsent != file.unsent) {
      unsent += isUnsent ? 1 : -1;
      file.unsent = isUnsent;
    }
    if (!content.hasContent()) {
      return;
    }
    if (!file.urgent && isUrgent(file)) {
      file.urgent = true;
      urgent.add(file);
    } else if (!file.bulk && !isUrgent(file)) {
      file.bulk = true;
      bulk.add(file);
    }
  }

  private static boolean isUrgent(OpenFile file) {
    return file.content().hasLost() || file.content().unsentBytes() <= SMALL_BYTES;
  }

  private void remove(OpenFile file) {
    file.removed = true;
    file.frames.clear();
    frames.forget(file.frames);
    unlink(file);
    dropFromLine(file);
    recent = null;
    size--;
    closed.add(file.file, file.file + 1L);
    memory.hold(ended || size == 0 ? 0 : (long) (size - 1) * BYTES_OF_A_FILE);
    owner.onForgotten(file.file);
  }

  /**
   * As long as nothing may be sent, nobody gets to the end of a line: so those whose turn would
   * come to nothing are taken out of it when they are half of it.
   */
  private void dropFromLine(OpenFile file) {
    if ((file.urgent || file.bulk) && ++removedInLine > inLine() / 2) {
      urgent.removeIf(waiting -> waiting.removed);
      bulk.removeIf(waiting -> waiting.removed);
      removedInLine = 0;
    }
  }

  /** How many places there are in the lines for content; a file may have one in each. */
  int inLine() {
    return urgent.size() + bulk.size();
  }

  private void unlink(OpenFile file) {
    int place = file.file & (table.length - 1);
    OpenFile previous = null;
    for (OpenFile at = table[place]; at != null && at != file; at = at.nextInPlace) {
      previous = at;
    }
    if (previous == null) {
      table[place] = file.nextInPlace;
    } else {
      previous.nextInPlace = file.nextInPlace;
    }
    if (file.before == null) {
      first = file.after;
    } else {
      file.before.after = file.after;
    }
    if (file.after == null) {
      last = file.before;
    } else {
      file.after.before = file.before;
    }
    // Who still knows the file must not keep those that were opened before and after it.
    file.before = null;
    file.after = null;
    file.nextInPlace = null;
  }

  /** The connection has ended: so do all files, but for one that ends it itself. */
  void end(TransferFailure failure, @Nullable OpenFile except, long nowNs) {
    for (OpenFile file = first; file != null; file = file.after) {
      if (file != except && file.isBegun()) {
        file.transfer().end(failure, nowNs);
        update(file);
      }
    }
    release();
  }

  /** The connection has ended, and holds no memory any more. */
  void release() {
    ended = true;
    memory.hold(0);
  }

  /** Whether something goes on that needs the peer. */
  boolean isActive() {
    return active > 0 || (queue != null && !isAllDone());
  }

  /** Whether something runs beside the engine. */
  boolean isBusy() {
    return busy > 0;
  }

  /** Whether there was a file, and none goes on. */
  boolean isOver() {
    return isBegun() && active == 0 && busy == 0 && (queue == null || isAllDone());
  }

  /** Whether the client opens files, and none is open. */
  boolean isIdle() {
    return queue != null && size == 0;
  }

  /** There was progress with some file. */
  void progressed(long nowNs) {
    progressNs = nowNs;
  }

  /**
   * A genuine packet came: progress, if it is the peer's turn with the oldest file, or nothing is
   * open. Called after the frames in it.
   */
  void onPacket(long nowNs) {
    OpenFile oldest = first;
    if (isBegun() && (oldest == null || (oldest.isBegun() && oldest.transfer().isWaiting(nowNs)))) {
      progressed(nowNs);
    }
  }

  /** When the last progress was; when the last file was opened at first. */
  long progressNs() {
    return progressNs;
  }

  /** How much of all content is at the receivers, as far as this end knows, in bytes. */
  long doneBytes() {
    return doneBytes;
  }

  void report(TransferEvent event) {
    events.add(event);
  }

  /** The next thing to report, or null. */
  @Nullable TransferEvent pollEvent() {
    return events.poll();
  }

  /** What is waited for while there is no content to send. */
  SendLimit waitsFor() {
    return first == null ? SendLimit.ROUND_TRIP : first.transfer().waitsFor();
  }

  /** Whether there is content that may be sent now, or a file to be opened. */
  boolean hasContent() {
    if (!isMany()) {
      return first != null && first.isBegun() && first.content().hasContent();
    }
    return nextUrgent() != null || mayOpen() || nextBulk() != null;
  }

  private @Nullable OpenFile nextUrgent() {
    OpenFile head = urgent.peek();
    while (head != null && !(head.content().hasContent() && isUrgent(head))) {
      urgent.remove();
      head.urgent = false;
      updateContent(head);
      head = urgent.peek();
    }
    return head;
  }

  private @Nullable OpenFile nextBulk() {
    OpenFile head = bulk.peek();
    while (head != null && !head.content().hasContent()) {
      bulk.remove();
      head.bulk = false;
      head = bulk.peek();
    }
    return head;
  }

  /** Whether every byte has been sent, though the peer may not have all of it yet. */
  boolean isTail() {
    if (!isMany()) {
      return first != null && first.content().isTail();
    }
    return unsent == 0 && size > 0 && (queue == null || queue.isExhausted());
  }

  /** How much is still to be sent for the first time, in bytes, at least. */
  long unsentBytes() {
    if (queue != null && !queue.isExhausted()) {
      return MORE_TO_COME_BYTES;
    }
    OpenFile head = nextBulk();
    OpenFile any = head == null ? first : head;
    return any == null || !any.isBegun() ? 0 : any.content().unsentBytes();
  }

  /**
   * Writes a piece of content, as {@link ContentStream#writeContent}; or else opens a file, whose
   * open is owed then.
   */
  boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs) {
    OpenFile file = isMany() ? nextUrgent() : first;
    if (file == null && mayOpen() && openNext(nowNs)) {
      return false;
    }
    file = file == null ? nextBulk() : file;
    if (file == null) {
      return false;
    }
    boolean written = file.content().writeContent(buffer, piece, nowNs);
    piece.file = file.file;
    update(file);
    return written;
  }

  /** Writes a piece that is in flight once more, as far as it fits. */
  boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs) {
    OpenFile file = find(piece.file);
    boolean written = file != null && file.content().repeatContent(buffer, piece, nowNs);
    if (file != null) {
      update(file);
    }
    return written;
  }

  /** Frames, and content, of a file have arrived at the peer. */
  void onAcknowledged(
      long number,
      int fileNumber,
      int kinds,
      long offset,
      int length,
      boolean wasLost,
      long nowNs) {
    OpenFile file = find(fileNumber);
    if (file == null) {
      return;
    }
    file.frames.onAcknowledged(number, kinds);
    if (length > 0) {
      file.content().onContentAcknowledged(offset, length, wasLost, nowNs);
    }
    settle(file);
  }

  /** A piece was lost of which a copy has arrived, or may. */
  void onCovered(int fileNumber, int length, long nowNs) {
    OpenFile file = find(fileNumber);
    if (file != null) {
      file.content().onContentCovered(length, nowNs);
      settle(file);
    }
  }

  /** Frames, and content, of a file are to be sent again. */
  void onLost(long number, int fileNumber, int kinds, long offset, int length) {
    OpenFile file = find(fileNumber);
    if (file == null) {
      return;
    }
    file.frames.onLost(number, kinds);
    if (length > 0) {
      file.content().onContentLost(offset, length);
    }
    update(file);
  }

  /** What is not known to have arrived goes out once more; of many files only some. */
  void repeatUnconfirmed() {
    if (!isMany() && first != null) {
      first.frames.repeatUnconfirmed();
    }
  }

  /** What ends the last file goes out once more. */
  void repeatFinal() {
    if (last != null) {
      last.frames.repeatFinal();
    }
  }

  /** Whether frames of a kind about the oldest file have been sent, at least once. */
  boolean wasSent(ControlFrameQueue.Kind kind) {
    return first != null && first.frames.wasSent(kind);
  }

  /** Whether the peer has got a frame of a kind about the oldest file. */
  boolean isConfirmed(ControlFrameQueue.Kind kind) {
    return first != null && first.frames.isConfirmed(kind);
  }

  /** Whether the last frame of the last file is awaited: nothing else tells of its loss. */
  boolean isLastOpen() {
    return !isMany() || (size == 1 && (queue == null || queue.isExhausted()));
  }
}
