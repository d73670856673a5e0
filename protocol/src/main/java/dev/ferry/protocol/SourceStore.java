package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;

/** Opens the files that a server sends. Used from the engine's thread only. */
@FunctionalInterface
public interface SourceStore {
  /**
   * Opens a file to send.
   *
   * @param name the name that the peer asks for, not yet checked
   * @throws StorageException if it cannot be opened, with the reason for the peer
   */
  SourceFile open(String name) throws StorageException;

  /**
   * What the file is like; it is not opened for long.
   *
   * @param name the name that the peer gives, not yet checked
   * @throws StorageException if it could not be opened, with the reason for the peer
   */
  default FileAttributes attributes(String name) throws StorageException {
    SourceFile file = open(name);
    FileAttributes attributes = file.attributes();
    file.release();
    return attributes;
  }

  /**
   * Opens a file of which nothing but its digest is wanted.
   *
   * @throws StorageException as {@link #open}
   */
  default SourceFile openToVerify(String name) throws StorageException {
    return open(name);
  }

  /**
   * The same store, as one of those sees it who share what the disk does: each has its turn,
   * however much another one asks for. Without turns, a store is the same for all.
   *
   * @param owner as in {@link ReceiveRequest}
   */
  default SourceStore ofOwner(Bytes owner) {
    return this;
  }

  /**
   * Makes a list of what is in a directory (protocol.md, section 11.5). Without one of its own, a
   * store makes none.
   *
   * @param name the name that the peer gives, not yet checked; empty for the root
   * @param all whether what is in the directories in it is wanted, too
   * @param kinds which kinds of files the peer takes, as the sum of their bits
   * @param listener gets the outcome once, on the engine's thread, maybe within this call
   */
  default void list(String name, boolean all, long kinds, ListListener listener, long nowNs) {
    String told = "it lists no files";
    listener.failed(new StorageException(RefusalReason.NOT_PERMITTED, told, told, null), nowNs);
  }

  /**
   * Lists the SHA-256 of each block of 256 KiB of a file (protocol.md, section 11.9), one after the
   * other. Without digests of its own, a store lists none.
   *
   * @param name the name that the peer gives, not yet checked
   * @param listener gets the outcome once, on the engine's thread, maybe within this call
   */
  default void digests(String name, ListListener listener, long nowNs) {
    String told = "it tells no digests of blocks";
    listener.failed(new StorageException(RefusalReason.NOT_PERMITTED, told, told, null), nowNs);
  }

  /** Gets a list. */
  interface ListListener {
    /** Whether anybody waits for it still. Thread-safe. */
    default boolean isWanted() {
      return true;
    }

    /**
     * The list is made.
     *
     * @param list its content; the listener releases it
     */
    void listed(SourceFile list, long nowNs);

    /** There is none. */
    void failed(StorageException cause, long nowNs);
  }
}
