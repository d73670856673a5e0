package dev.ferry.protocol;

import dev.ferry.protocol.util.ByteRange;
import java.util.List;

/** Stores the files that arrive in Ferry mode. Used from the engine's thread only. */
public interface PartialFileStore {
  /**
   * The largest number of separate ranges of bytes in a part file. The engine writes nothing that
   * would make more.
   */
  int MAX_RANGES = 1 << 14;

  /**
   * Opens the part file that an earlier attempt at the same transfer has left, or a new one. Runs
   * on other threads than the engine's.
   *
   * @param listener gets the outcome once, on the engine's thread; only a failure may be reported
   *     within this call
   */
  void receive(ReceiveRequest file, Listener listener);

  /** Gets the outcome of opening a part file, and later reports of the disk. */
  interface Listener {
    /** The part file is open. */
    void opened(PartialFile part, long nowNs);

    /**
     * The part file could not be opened, and nothing has been created; or, where content waits for
     * a reader, it can take nothing more: then {@link PartialFile#discard} is to be called.
     */
    void failed(StorageException cause, long nowNs);

    /**
     * What was there when the part file was opened has been compared; once, and only if something
     * was there. Called on the engine's thread, never within a call of the engine.
     *
     * @param damaged what is not as it was stored, and counts as missing from now on: ascending
     *     ranges that neither overlap nor touch
     */
    void compared(List<ByteRange> damaged, long nowNs);

    /**
     * The disk has caught up: {@link PartialFile#backlogBytes} has become smaller. Called on the
     * engine's thread, never within a call of the engine.
     */
    void caughtUp(long nowNs);
  }
}
