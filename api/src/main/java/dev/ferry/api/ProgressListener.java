package dev.ferry.api;

/** Is told about the progress of a transfer. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called when the server has answered, and whenever the receiver has more of the file. That is
   * often, and on the thread of the transfer: a slow listener slows it down. An exception stops the
   * transfer, and is thrown by the call that waits for it.
   */
  void onProgress(Progress progress);
}
