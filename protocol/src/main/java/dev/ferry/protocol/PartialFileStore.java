package dev.ferry.protocol;

/**
 * Where files that arrive in Ferry mode go; a port of the engine. Used from the engine's thread
 * only.
 */
public interface PartialFileStore {
  /**
   * How many separate ranges of bytes there may be in a part file at a time. The engine writes
   * nothing that would make more.
   */
  int MAX_RANGES = 1 << 14;

  /**
   * Opens a part file: the one that an earlier attempt at the same transfer has left, with what is
   * still good of it, or a new one. Runs beside the engine, because what is there is read and
   * verified first.
   *
   * @param listener told the outcome once, on the engine's thread; within this call at most that it
   *     failed
   */
  void receive(ReceiveRequest file, Listener listener);

  /** Hears how opening a part file ended, and of what the disk does later. */
  interface Listener {
    /** The part file is open. */
    void opened(PartialFile part, long nowNs);

    /** There is to be no part file, and nothing has been created. */
    void failed(StorageException cause, long nowNs);

    /**
     * The disk has caught up: {@link PartialFile#backlogBytes} has become smaller. Told on the
     * engine's thread, never from within a call.
     */
    void caughtUp(long nowNs);
  }
}
