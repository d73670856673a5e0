package dev.ferry.storage;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A list of a directory on its way to a peer, in a file without a name. First it is written on one
 * thread, then it is used on the engine's.
 */
final class ListFile implements SourceFile, Closeable {
  /** What the receiver makes of it: for its user only. */
  private static final int OWNER_ONLY = 0b110_000_000;

  private static final int RETRY_SECONDS = 10;

  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel channel;
  private final EngineThread engineThread;
  private final AtomicLong inSum;
  private final MessageDigest digest = Sha256.start();
  private final Deflater deflater = new Deflater();
  private final OutputStream entries =
      new DeflaterOutputStream(new BufferedOutputStream(new Written(), BUFFER_BYTES), deflater);
  private long sizeBytes;
  private boolean released;
  private boolean closed;

  /**
   * Creates an empty list.
   *
   * @param channel an empty file that goes when it is closed; this object closes it
   * @param inSum how much of the disk all lists take
   */
  ListFile(FileChannel channel, EngineThread engineThread, AtomicLong inSum) {
    this.inSum = inSum;
    this.channel = channel;
    this.engineThread = engineThread;
  }

  /** Adds an entry. */
  void add(ListEntry entry) throws IOException {
    entries.write(entry.encode());
  }

  /** All entries have been added. */
  void finish() throws IOException {
    entries.close();
    deflater.end();
  }

  /** What the file gets, compressed. */
  private final class Written extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      requireRoom(length);
      digest.update(bytes, offset, length);
      sizeBytes += length;
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    private void requireRoom(int length) throws StorageException {
      if (sizeBytes + length > ListEntry.MAX_LIST_BYTES) {
        String told = "the list would have more than " + ListEntry.MAX_LIST_BYTES + " bytes";
        throw new StorageException(RefusalReason.TOO_LARGE, told, told, null);
      }
      if (inSum.addAndGet(length) > DirectoryLists.MAX_DISK_BYTES) {
        inSum.addAndGet(-length);
        throw StorageException.busy(
            "lists that others have not fetched yet take too much of the disk", RETRY_SECONDS);
      }
    }
  }

  @Override
  public FileAttributes attributes() {
    return new FileAttributes(sizeBytes, 0, OWNER_ONLY);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    long position = offset;
    while (dst.hasRemaining()) {
      int bytes = channel.read(dst, position);
      if (bytes < 0) {
        throw new EOFException("the list has become shorter");
      }
      position += bytes;
    }
  }

  /** Its digest is there already. */
  @Override
  public void useBlockSums() {}

  /** It was taken when the list was written. */
  @Override
  public void digest(DigestListener listener) {
    ContentCheck check = ContentCheck.bySha256(digest.digest());
    engineThread.execute(
        nowNs -> {
          if (!released) {
            listener.digested(check, nowNs);
          }
        });
  }

  @Override
  public void release() {
    released = true;
    try {
      close();
    } catch (IOException e) {
      // Nobody wants it any more.
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      inSum.addAndGet(-sizeBytes);
      deflater.end(); // Its memory is none of the heap's.
    }
    channel.close();
  }
}
