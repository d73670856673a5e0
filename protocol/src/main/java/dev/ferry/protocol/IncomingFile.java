package dev.ferry.protocol;

import java.nio.ByteBuffer;

/**
 * A file being received, not yet visible under its name; a port of the engine. Used from the
 * engine's thread only.
 */
public interface IncomingFile {
  /**
   * Stores content. When this returns, the operating system has it.
   *
   * @param offset where the first byte belongs
   * @param src what to store, all of it
   * @throws StorageException if it cannot be stored; the sink is then only good for {@link
   *     #discard}
   */
  void write(long offset, ByteBuffer src) throws StorageException;

  /**
   * Makes the file durable and then visible under its name, atomically; runs beside the engine.
   * Ends the sink.
   *
   * @param listener told the outcome once, on the engine's thread, never from within this call
   */
  void publish(PublicationListener listener);

  /** Removes what was stored. Ends the sink. */
  void discard();

  /** Hears how a publication ended. */
  interface PublicationListener {
    /**
     * The file is durable and visible.
     *
     * @param sha256Hex the digest of what was stored, 64 lower-case hexadecimal digits
     */
    void published(String sha256Hex, long nowNs);

    /** The file is not visible, and what was stored of it has been removed. */
    void failed(StorageException cause, long nowNs);
  }
}
