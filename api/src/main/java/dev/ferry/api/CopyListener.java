package dev.ferry.api;

/**
 * Is told about a copy, on threads of the copy, one call at a time: a slow listener slows the copy
 * down, and a listener must not wait for it. An exception stops the copy, and is thrown by the call
 * that waits for it.
 */
public interface CopyListener {
  /** Whatever comes of files, {@link Copy#await} says all that there is to say. */
  CopyListener NOBODY = new CopyListener() {};

  /** Called now and then, some ten times a second at the most while content flows. */
  default void onProgress(CopyProgress progress) {}

  /**
   * Called once for each file, link, and other thing that the copy has come to; not for
   * directories, which come to be with what is in them.
   */
  default void onResult(FileResult result) {}
}
