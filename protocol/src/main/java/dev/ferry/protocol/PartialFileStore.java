package dev.ferry.protocol;

/** Stores the files that arrive in Ferry mode. Used from the engine's thread only. */
public interface PartialFileStore {
  /**
   * The largest number of separate ranges of bytes in a part file. The engine writes nothing that
   * would make more.
   */
  int MAX_RANGES = 1 << 14;

  /**
   * Opens the part file that an earlier attempt at the same transfer has left, with its intact
   * blocks, or a new one. Runs on other threads than the engine's, because existing content is read
   * and verified first.
   *
   * @param listener gets the outcome once, on the engine's thread; only a failure may be reported
   *     within this call
   */
  void receive(ReceiveRequest file, Listener listener);

  /** Gets the outcome of opening a part file, and later reports of the disk. */
  interface Listener {
    /** The part file is open. */
    void opened(PartialFile part, long nowNs);

    /** The part file could not be opened, and nothing has been created. */
    void failed(StorageException cause, long nowNs);

    /**
     * The disk has caught up: {@link PartialFile#backlogBytes} has become smaller. Called on the
     * engine's thread, never within a call of the engine.
     */
    void caughtUp(long nowNs);
  }
}
