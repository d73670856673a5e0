package dev.ferry.storage;

import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Is asked about each regular file that has arrived, when all of it is on the disk and before it
 * gets its name. Thread-safe.
 */
public interface ArrivalHook {
  /**
   * Looks at a file, at any time, on another thread.
   *
   * @param verdict is told once, on any thread; perhaps within this call
   */
  void look(Arrival arrival, Verdict verdict);

  /** Hears whether a file is to be stored. */
  @FunctionalInterface
  interface Verdict {
    /**
     * Ends the wait.
     *
     * @param refusal why it is not to be stored; null if it is. Where the reason is {@link
     *     dev.ferry.protocol.RefusalReason#BUSY} nobody has looked at it to the end, and what has
     *     arrived can be kept
     */
    void tell(@Nullable StorageException refusal);
  }

  /**
   * A file that has arrived.
   *
   * @param name as peers say it
   * @param file where it lies until it has its name; not to be changed
   * @param sha256Hex 64 hexadecimal digits; null if it was not taken
   * @param owner who has sent it, as in {@link dev.ferry.protocol.ReceiveRequest}; null in lab mode
   */
  record Arrival(
      String name, Path file, long sizeBytes, @Nullable String sha256Hex, @Nullable Bytes owner) {}
}
