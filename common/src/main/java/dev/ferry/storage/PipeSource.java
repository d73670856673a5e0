package dev.ferry.storage;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceStream;
import dev.ferry.protocol.util.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Content to be sent that a thread reads bit by bit, ahead of who sends it by as much as there is
 * memory for: an eighth of the heap, from 1 to 64 MiB. What has not arrived stays there, so no more
 * than that is on its way at a time. What has arrived stays until its room is needed: so a stream
 * that fits can be begun anew.
 */
public final class PipeSource {
  private static final int READ_BYTES = 64 << 10;
  private static final int MODE = 0b110_100_100;

  private final PipeInput input;
  private final RingMemory ring;
  private final EngineThread engineThread;

  /** For the reading thread alone. */
  private final MessageDigest digest = Sha256.start();

  private final Object lock = new Object();

  /** Read, and in the ring; for the engine's thread, too. */
  private volatile long filledBytes;

  /** Of that, what comes next may be written over what is below, and the ring's length behind. */
  private long claimedBytes;

  private long deliveredBytes;
  private byte @Nullable [] sha256;
  private @Nullable IOException failure;
  private @Nullable Attempt current;
  private boolean telling;
  private boolean closed;

  /**
   * Content that is not read yet.
   *
   * @param engineThread is told of what comes
   */
  public PipeSource(PipeInput input, EngineThread engineThread) {
    this(input, engineThread, RingMemory.fittingTheHeap());
  }

  PipeSource(PipeInput input, EngineThread engineThread, RingMemory ring) {
    this.input = input;
    this.engineThread = engineThread;
    this.ring = ring;
  }

  /** Starts to read; once. The thread ends with the content, or the process. */
  public void start() {
    Thread reader = new Thread(this::readAll, "pipe-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** The content for one connection. */
  public SourceStream attempt() {
    return new Attempt();
  }

  /**
   * Whether the beginning is still there, so that another connection can begin anew. Thread-safe.
   */
  public boolean isAtBeginning() {
    synchronized (lock) {
      return claimedBytes <= ring.capacityBytes();
    }
  }

  /** How much has been read, in bytes. Thread-safe. */
  public long readBytes() {
    return filledBytes;
  }

  /** Reads no more, once a read that waits has ended. Thread-safe. */
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /** How much has arrived, in order, in bytes. Thread-safe. */
  public long deliveredBytes() {
    synchronized (lock) {
      return deliveredBytes;
    }
  }

  private void readAll() {
    try {
      int bytes;
      do {
        int length = claim();
        if (length == 0) {
          return; // Nobody wants any more.
        }
        byte[] chunk = ring.chunk(filledBytes);
        int at = RingMemory.at(filledBytes);
        bytes = input.read(chunk, at, length);
        if (bytes > 0) {
          digest.update(chunk, at, bytes);
          filled(bytes);
        }
      } while (bytes >= 0);
      ended();
    } catch (IOException e) {
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for room; returns how much may be read at once, or 0 after {@link #close}. */
  private int claim() throws InterruptedException, IOException {
    synchronized (lock) {
      while (!closed && deliveredBytes + ring.capacityBytes() <= filledBytes) {
        lock.wait();
      }
      if (closed) {
        return 0;
      }
      if (filledBytes >= FileAttributes.MAX_SIZE_BYTES) {
        throw new IOException("more than " + FileAttributes.MAX_SIZE_BYTES + " bytes");
      }
      long room = deliveredBytes + ring.capacityBytes();
      int length = Math.min(READ_BYTES, RingMemory.runBytes(filledBytes, room));
      claimedBytes = filledBytes + length;
      return length;
    }
  }

  private void filled(int bytes) {
    synchronized (lock) {
      filledBytes += bytes;
      claimedBytes = filledBytes;
      tell();
    }
  }

  private void ended() {
    synchronized (lock) {
      claimedBytes = filledBytes;
      sha256 = digest.digest();
      tell();
    }
  }

  private void failed(IOException cause) {
    synchronized (lock) {
      failure = cause;
      tell();
    }
  }

  /** Has the engine told, once for all that comes until it listens. With the lock. */
  private void tell() {
    if (!telling && current != null) {
      telling = true;
      engineThread.execute(this::told);
    }
  }

  private void told(long nowNs) {
    Attempt attempt;
    IOException cause;
    synchronized (lock) {
      telling = false;
      attempt = current;
      cause = failure;
    }
    if (attempt != null && attempt.listener != null) {
      if (cause == null) {
        attempt.listener.onMore(nowNs);
      } else {
        attempt.listener.onFailure(cause, nowNs);
      }
    }
  }

  private final class Attempt implements SourceStream {
    private @Nullable Listener listener;

    @Override
    public boolean begin(Listener newListener) {
      synchronized (lock) {
        if (!isAtBeginning()) {
          return false;
        }
        listener = newListener;
        deliveredBytes = 0;
        current = this;
        tell();
        return true;
      }
    }

    @Override
    public FileAttributes attributes() {
      return new FileAttributes(FileAttributes.UNKNOWN_SIZE, 0, MODE);
    }

    @Override
    public long sizeBytes() {
      synchronized (lock) {
        return sha256 == null ? FileAttributes.UNKNOWN_SIZE : filledBytes;
      }
    }

    @Override
    public long availableBytes() {
      return filledBytes;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      if (offset + ring.capacityBytes() < filledBytes || offset + dst.remaining() > filledBytes) {
        throw new IllegalStateException("read what is not there, at " + offset);
      }
      ring.get(offset, dst);
    }

    @Override
    public void delivered(long endBytes) {
      synchronized (lock) {
        if (current == this && endBytes > deliveredBytes) {
          deliveredBytes = endBytes;
          lock.notifyAll();
        }
      }
    }

    /** Not for content of unknown size. */
    @Override
    public void useBlockSums() {
      throw new IllegalStateException("it is checked by SHA-256 alone");
    }

    @Override
    public void digest(DigestListener asked) {
      byte[] known;
      synchronized (lock) {
        known = sha256;
      }
      if (known == null) {
        throw new IllegalStateException("the end has not come");
      }
      engineThread.execute(
          nowNs -> {
            if (listener != null) {
              asked.digested(ContentCheck.bySha256(known), nowNs);
            }
          });
    }

    @Override
    public void release() {
      listener = null;
      synchronized (lock) {
        if (current == this) {
          current = null;
        }
      }
    }
  }
}
