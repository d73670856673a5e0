package dev.ferry.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The content of a file to send. Used from the engine's thread only. */
public interface FileContent {
  /** The length of the content in bytes, fixed when the source was opened. */
  long sizeBytes();

  /**
   * Fills the buffer from the given offset.
   *
   * @param offset the offset of the first byte; {@code offset + dst.remaining()} is at most {@link
   *     #sizeBytes}
   * @throws SourceChangedException if the content has changed since the source was opened; reading
   *     the last byte detects this at the latest
   * @throws IOException if it cannot be read
   */
  void read(long offset, ByteBuffer dst) throws IOException;
}
