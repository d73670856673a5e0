package dev.ferry.protocol;

import java.io.IOException;

/**
 * A file to send in Ferry mode. Used from the engine's thread only.
 *
 * <p>The digest is taken on other threads than the engine's. It may follow {@link #read} before it
 * is asked for, as long as reading is sequential.
 */
public interface SourceFile extends FileContent {
  /** Size, time of modification and mode when it was opened. */
  FileAttributes attributes();

  /**
   * Has the file checked by the sums of its blocks, so that the SHA-256 of the whole file may be
   * left out where it would hold up the transfer. Must be called, if at all, before anything is
   * read.
   */
  void useBlockSums();

  /**
   * Computes what the content can be checked by. Must be called once; early if parts of the file
   * will not be read, because that takes longer.
   *
   * @param listener gets the outcome once, on the engine's thread, never within this call
   */
  void digest(DigestListener listener);

  /**
   * Closes the file. A digest that is being computed is cancelled, and its listener is not called.
   */
  void release();

  /** Gets the digest. */
  interface DigestListener {
    /**
     * The content has not changed since the file was opened.
     *
     * @param check with the SHA-256 at least if {@link #useBlockSums} was not called
     */
    void digested(ContentCheck check, long nowNs);

    /**
     * The digest could not be computed.
     *
     * @param cause {@link SourceChangedException} if the file has changed
     */
    void failed(IOException cause, long nowNs);
  }
}
