package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;

/** Removes files for peers. Used from the engine's thread only. */
public interface RemovalStore {
  /**
   * Removes a file, a symbolic link, or an empty directory. Runs on other threads than the
   * engine's.
   *
   * @param name the name that the peer gives, not yet checked
   * @param listener gets the outcome once, on the engine's thread, maybe within this call
   */
  void remove(String name, Listener listener, long nowNs);

  /**
   * The same store, as one of those sees it who share what the disk does, as {@link
   * SourceStore#ofOwner}.
   */
  default RemovalStore ofOwner(Bytes owner) {
    return this;
  }

  /** Gets the outcome of a removal. */
  interface Listener {
    /** It is not there any more, and that is durable. */
    void removed(long nowNs);

    /** It is still there, or was not before. */
    void failed(StorageException cause, long nowNs);
  }
}
