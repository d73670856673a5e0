package dev.ferry.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Where files that arrive in lab mode go; a port of the engine. Used from the engine's thread only.
 */
public interface LabStore {
  /**
   * Judges a start without touching the disk, because its sender has proved nothing yet.
   *
   * @param name the name that the peer asks for, not yet checked
   * @param sizeBytes the length that it declares
   * @return why it is turned down, or null if it may go on
   */
  @Nullable RefusalReason check(String name, long sizeBytes);

  /**
   * Makes up the name of a file whose client gave only an extension.
   *
   * @param extension without its dot, not yet checked
   */
  String inventName(String extension);

  /**
   * Creates a part file.
   *
   * @param name the name that the peer asks for, not yet checked
   * @param sizeBytes the length that it declares
   * @throws StorageException if there is to be none
   */
  IncomingFile create(String name, long sizeBytes) throws StorageException;
}
