package dev.ferry.protocol;

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
}
