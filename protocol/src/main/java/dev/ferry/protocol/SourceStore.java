package dev.ferry.protocol;

/** The files that a server hands out; a port of the engine. Used from the engine's thread only. */
@FunctionalInterface
public interface SourceStore {
  /**
   * Opens a file to be sent.
   *
   * @param name as the peer gave it, not yet checked
   * @throws StorageException if it is not to be had, with the reason that the peer is told
   */
  SourceFile open(String name) throws StorageException;
}
