package dev.ferry.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The content of the file to be sent; a port of the engine. Used from the engine's thread only. */
public interface FileContent {
  /** The length of the content in bytes, fixed when the source was opened. */
  long sizeBytes();

  /**
   * Fills the buffer from the given offset.
   *
   * @param offset the first byte's offset; {@code offset + dst.remaining()} is at most {@link
   *     #sizeBytes}
   * @throws SourceChangedException if the content is no longer what it was when the source was
   *     opened; reading the last byte checks this at the latest
   * @throws IOException if it cannot be read
   */
  void read(long offset, ByteBuffer dst) throws IOException;
}
