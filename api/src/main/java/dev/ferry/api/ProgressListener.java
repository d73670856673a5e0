package dev.ferry.api;

/** Hears how a transfer goes. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * The server has answered, or more of the file is at the receiver. Called often, on the thread
   * that moves the file: what takes long here slows the transfer down. An exception ends the
   * transfer, and is thrown to whoever waits for it.
   */
  void onProgress(Progress progress);
}
