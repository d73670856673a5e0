package dev.ferry.protocol;

import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.util.ByteRange;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file that is being received in Ferry mode, in any order, and is not yet visible under its name.
 * Used from the engine's thread only. One of {@link #publish}, {@link #keep} and {@link #discard}
 * ends it.
 */
public interface PartialFile {
  /**
   * The content that was there when the file was opened, as far as is known: ascending ranges that
   * neither overlap nor touch. If there is any it is compared with what is known of it, and {@link
   * PartialFileStore.Listener#compared} tells what is not as it should be.
   */
  List<ByteRange> present();

  /**
   * Stores content. Some of it may wait in memory for what follows it, and a failure to store it
   * may come with a later call. What a later attempt could find does not wait.
   *
   * @param offset the position of the first byte in the file; the content ends within the file's
   *     size
   * @param src the content, from position to limit
   * @throws StorageException if it cannot be stored; only {@link #keep} and {@link #discard} may be
   *     called then
   */
  void write(long offset, ByteBuffer src) throws StorageException;

  /**
   * Takes what it lacks of some blocks from the file that has its name now, on other threads than
   * the engine's: as if that had been written, but that it counts as backlog until then. Whether it
   * is what the sender has, only the digest tells.
   *
   * @param range of whole blocks, or up to the end of the file
   * @throws StorageException if there is no such file, or it is too short
   */
  default void copy(ByteRange range) throws StorageException {
    throw new StorageException(RefusalReason.DIGEST_DIFFERS, "there is no older file");
  }

  /**
   * Takes what it lacks of some blocks for zeros, of which it stores as little as it can; otherwise
   * as {@link #copy}.
   *
   * @param range of whole blocks, or up to the end of the file
   * @throws StorageException as {@link #write}
   */
  default void zero(ByteRange range) throws StorageException {
    throw new StorageException(RefusalReason.IO_ERROR, "this store has no holes");
  }

  /**
   * Says how long a file is that was of unknown size when it was opened: once, before {@link
   * #publish}; nothing is written beyond it.
   */
  default void endsAt(long sizeBytes) {
    throw new IllegalStateException("the size is known");
  }

  /**
   * How far beyond what it has taken it can take content, in bytes: bounded where content waits in
   * memory for a reader. {@link PartialFileStore.Listener#caughtUp} tells that it has grown.
   */
  default long roomBytes() {
    return Long.MAX_VALUE;
  }

  /** How many bytes have been written, and are not yet flushed to the disk. */
  long backlogBytes();

  /**
   * Compares what can be compared of the digest and the sums, makes the file durable and then
   * visible under its name, atomically, on other threads than the engine's. Every byte must have
   * been written, or been {@link #present} and compared. Whatever the outcome, the part file is
   * gone afterwards.
   *
   * @param expected what the content is checked by: the sums of its blocks if they are there, and
   *     the digest if they are not, or if it was not left out here ({@link
   *     ReceiveRequest#blockSums})
   * @param listener gets the outcome once, on the engine's thread, never within this call; the
   *     reason for a failure is {@link dev.ferry.protocol.RefusalReason#DIGEST_DIFFERS} if the
   *     digests or the sums differ
   */
  void publish(ContentCheck expected, PublicationListener listener);

  /** Closes the part file, and keeps it for a later attempt at the same transfer. */
  void keep();

  /** Removes the part file. */
  void discard();
}
