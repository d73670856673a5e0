package dev.ferry.protocol.connection;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.SourceStream;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.RangeSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * The files of one connection under attack: small ones in memory, of large ones only what has been
 * written. Takes its time as told, and is an {@link AssertionError} for whatever its ports do not
 * allow. The content of every file is what {@link #putRight} puts.
 */
final class FuzzedDisk implements PartialFileStore, SourceStore {
  /** Files up to this size are held in memory, and their digest is their content's. */
  static final int MAX_HELD_BYTES = 1 << 14;

  /** After so many bytes the content repeats itself. */
  private static final int PERIOD_BYTES = 1 << 12;

  private static final int MAX_PIECE_BYTES = 1 << 16;
  private static final byte[] PATTERN = repeatedPattern();

  /** How much of a stream is held. */
  private static final long MAX_STREAM_BYTES = 1 << 20;

  private static final int MAX_RANGES = 1 << 16;
  private static final int MAX_EARLY_PIECES = 40;
  private static final Map<Long, byte[]> DIGESTS = new ConcurrentHashMap<>();

  private record Task(long dueNs, int order, LongConsumer action) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNs == b.dueNs
                  ? Integer.compare(a.order, b.order)
                  : Nanos.compare(a.dueNs, b.dueNs));
  private final List<PartialFileStore.Listener> listeners = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();
  private final Set<ContentCheck> announced = new HashSet<>();
  private final long[] delaysNs;
  private final int presentPattern;
  private final long sourceBytes;
  private int scheduled;
  private int inUse;
  private long nowNs;

  boolean refuses;

  /** Whether a reader takes what arrives in order, which has room for {@link #roomBytes} more. */
  boolean reads;

  long roomBytes;
  boolean failsWrites;
  boolean failsReads;
  long backlogBytes;
  int published;

  /**
   * A disk.
   *
   * @param delaysNs of opening, publishing and digesting
   * @param presentPattern which parts of a file are there already; from 64 on the first of them is
   *     damaged
   * @param sourceBytes the size of the file that is handed out
   */
  FuzzedDisk(long[] delaysNs, int presentPattern, long sourceBytes) {
    this.delaysNs = delaysNs;
    this.presentPattern = presentPattern;
    this.sourceBytes = sourceBytes;
  }

  /** The byte that belongs at an offset. */
  private static byte right(long offset) {
    return (byte) ((offset * 37) >> 4);
  }

  private static byte[] repeatedPattern() {
    byte[] pattern = new byte[PERIOD_BYTES + MAX_PIECE_BYTES];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = right(i);
    }
    return pattern;
  }

  /** Puts what belongs from an offset on, up to {@value #MAX_PIECE_BYTES} bytes. */
  static void putRight(ByteBuffer target, long offset, int bytes) {
    target.put(PATTERN, (int) (offset % PERIOD_BYTES), bytes);
  }

  /** Whether all that remains is what belongs from an offset on. */
  static boolean isRight(ByteBuffer content, long offset) {
    int at = (int) (offset % PERIOD_BYTES);
    int from = content.arrayOffset() + content.position();
    int bytes = content.remaining();
    return Arrays.equals(content.array(), from, from + bytes, PATTERN, at, at + bytes);
  }

  /** The digest of a file whose bytes are all right. */
  static byte[] digest(long sizeBytes) {
    return DIGESTS.computeIfAbsent(sizeBytes, FuzzedDisk::newDigest).clone();
  }

  private static byte[] newDigest(long sizeBytes) {
    if (sizeBytes > MAX_HELD_BYTES) {
      return sha256(ByteBuffer.allocate(Long.BYTES).putLong(sizeBytes).array());
    }
    byte[] content = new byte[(int) sizeBytes];
    putRight(ByteBuffer.wrap(content), 0, content.length);
    return sha256(content);
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** A finish with this digest has been sent: a file that has it may be published. */
  void announce(ContentCheck check) {
    announced.add(check);
  }

  /** How many files are open. */
  int inUse() {
    return inUse;
  }

  long nextTaskNs() {
    return tasks.isEmpty() ? Nanos.NEVER : tasks.peek().dueNs;
  }

  /** Does what takes no longer than until now. */
  void run(long untilNs) {
    nowNs = untilNs;
    while (Nanos.isDue(nextTaskNs(), untilNs)) {
      tasks.poll().action.accept(untilNs);
    }
  }

  void caughtUp() {
    new ArrayList<>(listeners).forEach(listener -> listener.caughtUp(nowNs));
  }

  /** A reader takes all that comes. */
  void readOn() {
    roomBytes = FileReceiver.WINDOW_BYTES;
    caughtUp();
  }

  private void later(long delayNs, LongConsumer action) {
    tasks.add(new Task(Nanos.after(nowNs, delayNs), scheduled++, action));
  }

  @Override
  public void receive(ReceiveRequest file, PartialFileStore.Listener listener) {
    if (refuses) {
      listener.failed(new StorageException(RefusalReason.IO_ERROR, "refused"), nowNs);
      return;
    }
    later(
        delaysNs[0],
        openedNs -> {
          Part part = new Part(file.attributes().sizeBytes(), file.isOneOfMany());
          inUse++;
          listeners.add(listener);
          part.early = 0;
          listener.opened(part, openedNs);
          if (!part.present.isEmpty()) {
            later(delaysNs[0], comparedNs -> part.compared(listener, comparedNs));
          }
          require(part.early <= MAX_EARLY_PIECES, "kept too much while the part file was opened");
        });
  }

  @Override
  public SourceFile open(String name) throws StorageException {
    if (refuses) {
      throw new StorageException(RefusalReason.NO_SUCH_FILE, "refused");
    }
    return sourceFile(sourceBytes);
  }

  @Override
  public void list(String name, boolean all, long kinds, ListListener listener, long askedNs) {
    later(
        delaysNs[0],
        madeNs -> {
          if (refuses) {
            listener.failed(new StorageException(RefusalReason.NO_SUCH_FILE, "refused"), madeNs);
          } else {
            listener.listed(sourceFile(sourceBytes), madeNs);
          }
        });
  }

  /** Content to be sent that comes bit by bit, and has this size in the end. */
  SourceStream sourceStream(long sizeBytes) {
    inUse++;
    Stream stream = new Stream(sizeBytes);
    streams.add(stream);
    return stream;
  }

  /** More comes of all streams. */
  void streamOn(long bytes) {
    List.copyOf(streams).forEach(stream -> later(0, comeNs -> stream.come(bytes, comeNs)));
  }

  /** A file to be sent. */
  SourceFile sourceFile(long sizeBytes) {
    inUse++;
    return new Source(sizeBytes);
  }

  private final class Part implements PartialFile {
    private final boolean inRounds;
    private long sizeBytes;
    private byte[] held;
    private final RangeSet written = new RangeSet(MAX_RANGES);
    private final List<ByteRange> present = new ArrayList<>();
    private boolean compared;
    private long lastBytes;
    private long mostBytes;
    private boolean ended;
    private int early;

    Part(long announcedBytes, boolean inRounds) {
      this.inRounds = inRounds;
      this.sizeBytes = announcedBytes;
      if (announcedBytes == FileAttributes.UNKNOWN_SIZE) {
        held = new byte[MAX_HELD_BYTES];
        compared = true;
        return; // Nobody goes on with such a file.
      }
      this.held = new byte[sizeBytes <= MAX_HELD_BYTES ? (int) sizeBytes : 0];
      switch (presentPattern % 4) {
        case 1 -> leave(0, sizeBytes / 2);
        case 2 -> leave(0, sizeBytes);
        case 3 -> {
          for (int i = 0; i < presentPattern; i++) {
            leave(1 + i * 100L, 51 + i * 100L);
          }
        }
        default -> {}
      }
      compared = present.isEmpty();
    }

    private void leave(long start, long end) {
      if (start >= end || end > sizeBytes) {
        return;
      }
      boolean damaged = isDamaged() && present.isEmpty();
      present.add(new ByteRange(start, end));
      written.add(start, end);
      if (held.length > 0 && !damaged) {
        putRight(ByteBuffer.wrap(held).position((int) start), start, (int) (end - start));
      }
    }

    private boolean isDamaged() {
      return presentPattern >= 64;
    }

    @Override
    public void endsAt(long endBytes) {
      require(!ended && sizeBytes == FileAttributes.UNKNOWN_SIZE, "a size that is known");
      require(endBytes >= lastBytes, "an end before what has come");
      sizeBytes = endBytes;
      held = Arrays.copyOf(held, endBytes <= MAX_HELD_BYTES ? (int) endBytes : 0);
    }

    /** Where a reader waits for content it says how much it has room for. */
    @Override
    public long roomBytes() {
      return reads ? roomBytes : Long.MAX_VALUE;
    }

    void compared(PartialFileStore.Listener listener, long comparedNs) {
      if (!ended) {
        compared = true;
        mostBytes = written.totalBytes();
        List<ByteRange> damaged = isDamaged() ? present.subList(0, 1) : List.of();
        damaged.forEach(range -> written.remove(range.start(), range.end()));
        listener.compared(damaged, comparedNs);
      }
    }

    @Override
    public List<ByteRange> present() {
      return present;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      require(!ended, "written after its end");
      long end = offset + src.remaining();
      boolean isKnown = sizeBytes != FileAttributes.UNKNOWN_SIZE;
      require(!isKnown || end <= sizeBytes, "content beyond the end of the file");
      lastBytes = Math.max(lastBytes, end);
      mostBytes = Math.max(mostBytes, written.totalBytes());
      require(end <= mostBytes + FileReceiver.WINDOW_BYTES, "content beyond the window");
      early++;
      if (failsWrites) {
        throw new StorageException(RefusalReason.IO_ERROR, "fails");
      }
      if (end <= held.length) {
        src.get(held, (int) offset, (int) (end - offset));
      }
      written.add(offset, end);
    }

    @Override
    public void zero(ByteRange range) throws StorageException {
      copy(range); // Its content is what is right, whatever that is.
    }

    @Override
    public void copy(ByteRange range) throws StorageException {
      require(!ended, "copied after its end");
      require(range.end() <= sizeBytes, "a copy beyond the end of the file");
      if (failsWrites) {
        throw new StorageException(RefusalReason.DIGEST_DIFFERS, "no older file");
      }
      if (held.length > 0) {
        int start = (int) range.start();
        putRight(ByteBuffer.wrap(held).position(start), start, (int) range.length());
      }
      written.add(range.start(), range.end());
    }

    @Override
    public long backlogBytes() {
      return backlogBytes;
    }

    /** Of files that are too large to be held, the digest alone is known. */
    private boolean isAsExpected(byte[] actual, ContentCheck expected) {
      boolean sumsDiffer =
          expected.blockSums() != null
              && held.length == sizeBytes
              && !expected.blockSums().equals(BlockSums.ofAll(held));
      return !sumsDiffer
          && (expected.sha256() == null || expected.sha256().equals(Bytes.copyOf(actual)));
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      end();
      require(announced.contains(expected), "a digest that nobody has sent");
      require(compared, "published before it is compared");
      require(written.containsAll(0, sizeBytes), "published before it is complete");
      require(sizeBytes != FileAttributes.UNKNOWN_SIZE, "published before its size is known");
      byte[] actual = held.length == sizeBytes ? FuzzedDisk.sha256(held) : digest(sizeBytes);
      later(
          inRounds ? untilEndOfRound() : delaysNs[1],
          publishedNs -> {
            if (isAsExpected(actual, expected)) {
              published++;
              listener.published(expected.sha256Hex(), publishedNs);
            } else {
              listener.failed(
                  new StorageException(RefusalReason.DIGEST_DIFFERS, "differs"), publishedNs);
            }
          });
    }

    /** All that are published meanwhile are told at the same instant. */
    private long untilEndOfRound() {
      return delaysNs[1] == 0 ? 0 : delaysNs[1] - Math.floorMod(nowNs, delaysNs[1]);
    }

    @Override
    public void keep() {
      end();
    }

    @Override
    public void discard() {
      end();
    }

    private void end() {
      require(!ended, "ended twice");
      ended = true;
      inUse--;
    }
  }

  /** Holds what has not arrived, like one that reads from a pipe into bounded memory. */
  private final class Stream extends Source implements SourceStream {
    private final long endBytes;
    private long availableBytes;
    private long deliveredBytes;
    private boolean whole;
    private SourceStream.Listener listener;

    Stream(long endBytes) {
      super(endBytes);
      this.endBytes = endBytes;
    }

    void come(long bytes, long comeNs) {
      if (released || whole || listener == null) {
        return;
      }
      if (failsReads) {
        listener.onFailure(new IOException("fails"), comeNs);
        return;
      }
      long roomBytes = deliveredBytes + MAX_STREAM_BYTES - availableBytes;
      availableBytes = Math.min(endBytes, availableBytes + Math.min(bytes, roomBytes));
      whole = availableBytes == endBytes;
      listener.onMore(comeNs);
    }

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(FileAttributes.UNKNOWN_SIZE, 1, 0);
    }

    @Override
    public long sizeBytes() {
      return whole ? endBytes : FileAttributes.UNKNOWN_SIZE;
    }

    @Override
    public long availableBytes() {
      return availableBytes;
    }

    @Override
    public void delivered(long end) {
      require(end >= deliveredBytes && end <= availableBytes, "delivered what has not come");
      deliveredBytes = end;
    }

    @Override
    public boolean begin(SourceStream.Listener newListener) {
      listener = newListener;
      return true;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      require(offset >= deliveredBytes, "read again what has arrived");
      require(offset + dst.remaining() <= availableBytes, "read before it has come");
      super.read(offset, dst);
    }

    @Override
    public void useBlockSums() {
      throw new AssertionError("sums of what has no size");
    }

    @Override
    public void digest(DigestListener digestListener) {
      require(whole, "a digest before the end");
      super.digest(digestListener);
    }
  }

  private class Source implements SourceFile {
    private final long sizeBytes;
    private boolean digested;
    boolean released;

    Source(long sizeBytes) {
      this.sizeBytes = sizeBytes;
    }

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(sizeBytes, 1, 0);
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      require(!released, "read after its end");
      require(offset + dst.remaining() <= sizeBytes, "read beyond its end");
      if (failsReads) {
        throw new IOException("fails");
      }
      putRight(dst, offset, dst.remaining());
    }

    @Override
    public void useBlockSums() {
      require(!digested, "asked for too late");
    }

    @Override
    public void digest(DigestListener listener) {
      require(!digested && !released, "a digest twice, or after the end");
      digested = true;
      later(
          delaysNs[2],
          digestedNs -> {
            if (released) {
              return;
            }
            if (failsReads) {
              listener.failed(new IOException("fails"), digestedNs);
            } else {
              listener.digested(ContentCheck.bySha256(FuzzedDisk.digest(sizeBytes)), digestedNs);
            }
          });
    }

    @Override
    public void release() {
      if (!released) {
        released = true;
        inUse--;
      }
    }
  }
}
