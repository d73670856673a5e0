package dev.ferry.storage;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file that is written in order to a stream, such as standard output, as it arrives. What has
 * arrived and is not written waits in memory: an eighth of the heap, from 1 to 64 MiB, beyond which
 * nothing is taken. The digest is compared at the end, when all is written. A later connection of
 * the same process goes on where this one ended, if the file is still the same.
 */
public final class PipeDestination implements PartialFileStore {
  private static final int WRITE_BYTES = 64 << 10;

  /** Is told that nothing can be written any more. */
  @FunctionalInterface
  public interface Trouble {
    /**
     * Called on the writing thread, once.
     *
     * @return whether nobody reads any more, so that the user need not be told
     */
    boolean onFailure(IOException cause);
  }

  private final OutputStream out;
  private final EngineThread engineThread;
  private final RingMemory ring;
  private final Trouble trouble;

  /** For the writing thread alone. */
  private final MessageDigest digest = Sha256.start();

  /** What has come; for the engine's thread alone, as all up to the lock. */
  private final RangeSet received = new RangeSet(MAX_RANGES);

  private @Nullable FileAttributes file;
  private @Nullable Part current;
  private boolean dead;

  private final Object lock = new Object();

  /** What has come in order. */
  private long readyBytes;

  private volatile long writtenBytes;
  private volatile @Nullable StorageException failure;
  private @Nullable ContentCheck expected;
  private @Nullable PublicationListener publication;
  private boolean started;
  private boolean telling;
  private boolean closed;

  /**
   * A destination to which nothing is written yet.
   *
   * @param out flushed at the end, and left open; a write may wait for its reader
   * @param engineThread is told what has been written
   */
  public PipeDestination(OutputStream out, EngineThread engineThread, Trouble trouble) {
    this(out, engineThread, trouble, RingMemory.fittingTheHeap());
  }

  PipeDestination(OutputStream out, EngineThread engineThread, Trouble trouble, RingMemory ring) {
    this.out = out;
    this.engineThread = engineThread;
    this.trouble = trouble;
    this.ring = ring;
  }

  /** Whether another connection can go on. */
  public boolean isAlive() {
    return !dead && failure == null;
  }

  /** Writes no more, once a write that waits has ended. Thread-safe. */
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /** How much has been written, in bytes. Thread-safe. */
  public long writtenBytes() {
    return writtenBytes;
  }

  @Override
  public void receive(ReceiveRequest request, Listener listener) {
    StorageException cause = failure != null ? failure : refusal(request.attributes());
    if (cause != null) {
      engineThread.execute(nowNs -> listener.failed(cause, nowNs));
      return;
    }
    file = request.attributes();
    long ready = received.firstGap(0);
    received.clear();
    received.add(0, ready);
    Part part = new Part(listener, ready);
    current = part;
    engineThread.execute(nowNs -> listener.opened(part, nowNs));
    if (ready > 0) {
      // It has never left the memory of this process.
      engineThread.execute(nowNs -> part.compared(nowNs));
    }
    startWriting();
  }

  private @Nullable StorageException refusal(FileAttributes attributes) {
    boolean isOther = file != null && !file.equals(attributes) && received.firstGap(0) > 0;
    return dead || isOther
        ? new StorageException(
            RefusalReason.DIGEST_DIFFERS, "the file has changed after a part of it was written")
        : null;
  }

  private void startWriting() {
    if (!started) {
      started = true;
      Thread writer = new Thread(this::writeAll, "pipe-writer");
      writer.setDaemon(true);
      writer.start();
    }
  }

  private void writeAll() {
    try {
      while (awaitContent()) {
        int bytes = Math.min(WRITE_BYTES, RingMemory.runBytes(writtenBytes, ready()));
        byte[] chunk = ring.chunk(writtenBytes);
        int at = RingMemory.at(writtenBytes);
        out.write(chunk, at, bytes);
        digest.update(chunk, at, bytes);
        written(bytes);
      }
      if (!isClosed()) {
        out.flush();
        publish();
      }
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  private long ready() {
    synchronized (lock) {
      return readyBytes;
    }
  }

  /** Waits for something to be written; false if that was all, or nobody wants any more. */
  private boolean awaitContent() throws InterruptedException {
    synchronized (lock) {
      while (!closed && writtenBytes == readyBytes) {
        if (expected != null) {
          return false;
        }
        lock.wait();
      }
      return !closed;
    }
  }

  private void written(int bytes) {
    synchronized (lock) {
      writtenBytes += bytes;
      if (!telling) {
        telling = true;
        engineThread.execute(this::tell);
      }
    }
  }

  private void tell(long nowNs) {
    synchronized (lock) {
      telling = false;
    }
    if (current != null) {
      current.listener.caughtUp(nowNs);
    }
  }

  private void publish() {
    ContentCheck wanted;
    synchronized (lock) {
      wanted = expected;
    }
    byte[] actual = digest.digest();
    if (wanted != null && Objects.equals(wanted.sha256(), Bytes.copyOf(actual))) {
      PublicationListener told = takePublication();
      if (told != null) {
        engineThread.execute(nowNs -> told.published(HexFormat.of().formatHex(actual), nowNs));
      }
    } else {
      String text = "what has been written is not what was sent";
      end(new StorageException(RefusalReason.DIGEST_DIFFERS, text));
    }
  }

  /** Who waits for the publication; null if nobody does, or it has been taken. */
  private @Nullable PublicationListener takePublication() {
    synchronized (lock) {
      PublicationListener taken = publication;
      publication = null;
      return taken;
    }
  }

  private void fail(IOException cause) {
    StorageException translated = StorageErrors.translate("cannot write", cause);
    if (trouble.onFailure(cause)) {
      // Whoever was told has had the transfer ended in order before this.
      engineThread.execute(nowNs -> end(translated));
    } else {
      end(translated);
    }
  }

  /** Nothing more can be written. */
  private void end(StorageException cause) {
    failure = cause;
    PublicationListener told = takePublication();
    engineThread.execute(
        nowNs -> {
          if (told != null) {
            told.failed(cause, nowNs);
          } else if (current != null) {
            current.listener.failed(cause, nowNs);
          }
        });
  }

  private final class Part implements PartialFile {
    private final Listener listener;
    private final List<ByteRange> present;

    Part(Listener listener, long readyBytes) {
      this.listener = listener;
      this.present = readyBytes == 0 ? List.of() : List.of(new ByteRange(0, readyBytes));
    }

    void compared(long nowNs) {
      if (current == this) {
        listener.compared(List.of(), nowNs);
      }
    }

    @Override
    public List<ByteRange> present() {
      return present;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      StorageException cause = failure;
      if (cause != null) {
        throw cause;
      }
      long end = offset + src.remaining();
      int base = src.position();
      int limit = src.limit();
      if (end > writtenBytes + ring.capacityBytes()) {
        throw new IllegalStateException("beyond the room that there is");
      }
      for (long at = received.firstGap(offset); at < end; at = received.firstGap(at)) {
        long next = received.nextStart(at);
        long gapEnd = next == RangeSet.NONE ? end : Math.min(next, end);
        src.limit(base + (int) (gapEnd - offset)).position(base + (int) (at - offset));
        ring.put(at, src);
        if (received.add(at, gapEnd) == RangeSet.FULL) {
          throw new IllegalStateException("more ranges than there may be");
        }
      }
      src.limit(limit).position(limit);
      ready(received.firstGap(0));
    }

    private void ready(long bytes) {
      synchronized (lock) {
        if (bytes > readyBytes) {
          readyBytes = bytes;
          lock.notifyAll();
        }
      }
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public long roomBytes() {
      return ring.capacityBytes() - (received.totalBytes() - writtenBytes);
    }

    @Override
    public void publish(ContentCheck check, PublicationListener newPublication) {
      current = null;
      synchronized (lock) {
        expected = check;
        publication = newPublication;
        lock.notifyAll();
      }
      StorageException cause = failure;
      if (cause != null) {
        end(cause);
      }
    }

    @Override
    public void keep() {
      current = null;
    }

    @Override
    public void discard() {
      current = null;
      dead = true;
    }
  }
}
