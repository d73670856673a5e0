package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

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
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A list on its way to a peer, of a directory or of digests, in a file without a name. First it is
 * written on one thread, then it is used on the engine's.
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
  private final @Nullable Deflater deflater;
  private final OutputStream entries;
  private long sizeBytes;
  private boolean released;
  private boolean closed;

  ListFile(FileChannel channel, boolean compressed, EngineThread engineThread, AtomicLong inSum) {
    OutputStream written = new BufferedOutputStream(new Written(), BUFFER_BYTES);
    this.inSum = inSum;
    this.deflater = compressed ? new Deflater() : null;
    this.entries = deflater == null ? written : new DeflaterOutputStream(written, deflater);
    this.channel = channel;
    this.engineThread = engineThread;
  }

  /**
   * Creates an empty list, in a file that goes when it is closed.
   *
   * @param root where it lies
   * @param compressed whether the peer gets it in the zlib format
   * @param inSum how much of the disk all lists take
   */
  static ListFile create(
      Path root,
      SecureRandom random,
      boolean compressed,
      EngineThread engineThread,
      AtomicLong inSum)
      throws IOException {
    try (Directory top = Directory.open(root)) {
      String entry = StalePartSweeper.probeName(random);
      FileChannel channel = top.createFile(entry, READ, WRITE, DELETE_ON_CLOSE);
      return new ListFile(channel, compressed, engineThread, inSum);
    }
  }

  /** Adds an entry. */
  void add(ListEntry entry) throws IOException {
    add(entry.encode());
  }

  /** Adds something that is no entry of a directory. */
  void add(byte[] bytes) throws IOException {
    entries.write(bytes);
  }

  /** All entries have been added. */
  void finish() throws IOException {
    entries.close();
    if (deflater != null) {
      deflater.end();
    }
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
      if (deflater != null) {
        deflater.end();
      } // Its memory is none of the heap's.
    }
    channel.close();
  }
}
