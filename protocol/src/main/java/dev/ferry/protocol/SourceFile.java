package dev.ferry.protocol;

import java.io.IOException;

/**
 * A file to be sent in Ferry mode; a port of the engine. Used from the engine's thread only.
 *
 * <p>Its digest is taken of what {@link #read} hands out, as long as that goes on where it left
 * off; {@link #digest} takes the rest beside the engine.
 */
public interface SourceFile extends FileContent {
  /** Size, time of modification and mode when it was opened. */
  FileAttributes attributes();

  /**
   * Takes the digest of the whole content. To be called once; early if parts of the file are not
   * going to be read, so that there is time for it.
   *
   * @param listener told the outcome once, on the engine's thread, never from within this call
   */
  void digest(DigestListener listener);

  /** Closes the file. A digest that is being taken is given up, and its listener told nothing. */
  void release();

  /** Hears the digest. */
  interface DigestListener {
    /**
     * The content is what it was when the file was opened.
     *
     * @param sha256 32 bytes
     */
    void digested(byte[] sha256, long nowNs);

    /**
     * There is no digest.
     *
     * @param cause {@link SourceChangedException} if the file is no longer what it was
     */
    void failed(IOException cause, long nowNs);
  }
}
