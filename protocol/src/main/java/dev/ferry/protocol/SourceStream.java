package dev.ferry.protocol;

import java.io.IOException;

/**
 * Content to be sent that comes bit by bit, and whose size is not known before its end
 * (protocol.md, section 11.8). A bounded part of it is there at a time: from what {@link
 * #delivered} was told last up to {@link #availableBytes}. Used from the engine's thread only.
 */
public interface SourceStream extends SourceFile {
  /** {@link FileAttributes#UNKNOWN_SIZE} until the end has come. */
  @Override
  long sizeBytes();

  /** How much has come so far, from the beginning on, in bytes. */
  long availableBytes();

  /**
   * The receiver has everything below, and it will not be read again: there is room for more.
   *
   * @param endBytes never below what was told before
   */
  void delivered(long endBytes);

  /**
   * Begins at the beginning, for a connection.
   *
   * @param listener is told from now on, instead of any other
   * @return false if the beginning is no longer there
   */
  boolean begin(Listener listener);

  /** Is told what comes. Called on the engine's thread, never within a call of the engine. */
  interface Listener {
    /** More has come, or the end: {@link #availableBytes} or {@link #sizeBytes} has changed. */
    void onMore(long nowNs);

    /** Nothing more can be had. */
    void onFailure(IOException cause, long nowNs);
  }
}
