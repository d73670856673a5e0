package dev.ferry.copy;

import dev.ferry.protocol.ListEntry;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a list off a server, one after the other: what a few bytes are inflated to is
 * never held, and has bounds. Not thread-safe.
 */
final class ListInput implements Closeable {
  private final Limits limits;
  private final DataInputStream in;
  private long bytes;
  private long entries;

  /**
   * How much a list may be.
   *
   * @param entries how many there may be
   * @param bytes how long they may be together, inflated
   */
  record Limits(long entries, long bytes) {
    /** Those of the protocol. */
    static final Limits DEFAULT = new Limits(ListEntry.MAX_ENTRIES, ListEntry.MAX_INFLATED_BYTES);
  }

  private ListInput(InputStream compressed, Limits limits) {
    this.limits = limits;
    this.in =
        new DataInputStream(
            new BufferedInputStream(new Counted(new InflaterInputStream(compressed))));
  }

  /** Opens a list within the limits of the protocol. */
  static ListInput open(Path file) throws IOException {
    return open(file, Limits.DEFAULT);
  }

  /** Opens a list. */
  static ListInput open(Path file, Limits limits) throws IOException {
    return new ListInput(new BufferedInputStream(Files.newInputStream(file)), limits);
  }

  /**
   * The next entry; null at the end.
   *
   * @throws ListException if the list is malformed, or has more than it may have
   * @throws IOException if it cannot be read
   */
  @Nullable ListEntry next() throws IOException {
    ListEntry entry;
    try {
      entry = ListEntry.read(in);
    } catch (ListException e) {
      throw e;
    } catch (IOException e) {
      ListException malformed = new ListException("the server's list is malformed");
      malformed.initCause(e);
      throw malformed;
    }
    if (entry != null && ++entries > limits.entries()) {
      throw new ListException("the server's list has more than " + limits.entries() + " entries");
    }
    return entry;
  }

  /** Counts what is inflated. */
  private final class Counted extends InputStream {
    private final InputStream inflated;

    Counted(InputStream inflated) {
      this.inflated = inflated;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
      int read = inflated.read(dst, offset, length);
      bytes += Math.max(read, 0);
      if (bytes > limits.bytes()) {
        throw new ListException(
            "the server's list is inflated to more than " + limits.bytes() + " bytes");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      inflated.close();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
