package dev.ferry.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being received, and is not yet visible under its name. Used from the engine's
 * thread only.
 */
public interface IncomingFile {
  /**
   * Stores content. When the call returns, the operating system has the content.
   *
   * @param offset the position of the first byte in the file
   * @param src the content, from position to limit
   * @throws StorageException if it cannot be stored; only {@link #discard} may be called then
   */
  void write(long offset, ByteBuffer src) throws StorageException;

  /**
   * Makes the file durable and then visible under its name, atomically, on other threads than the
   * engine's. No other method may be called afterwards.
   *
   * @param listener gets the outcome once, on the engine's thread, never within this call
   */
  void publish(PublicationListener listener);

  /** Removes the stored content. No other method may be called afterwards. */
  void discard();

  /** Gets the outcome of a publication. */
  interface PublicationListener {
    /**
     * The file is durable and visible.
     *
     * @param sha256Hex the digest of the stored content, 64 lower-case hexadecimal digits; null if
     *     the sums of its blocks vouch for it alone
     */
    void published(@Nullable String sha256Hex, long nowNs);

    /** The file is not visible, and its stored content has been removed. */
    void failed(StorageException cause, long nowNs);
  }
}
