package dev.ferry.protocol;

import org.jspecify.annotations.Nullable;

/** Stores the files that arrive in lab mode. Used from the engine's thread only. */
public interface LabStore {
  /**
   * Checks a start without access to the disk, because its sender has proved nothing yet.
   *
   * @param name the name that the peer asks for, not yet checked
   * @param sizeBytes the length that it declares
   * @return the reason for a refusal, or null if the upload may go on
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
   * @throws StorageException if it cannot be created
   */
  IncomingFile create(String name, long sizeBytes) throws StorageException;

  /**
   * Creates the part file of an empty file for which nothing but a start has come. Its publication
   * replaces nothing: an empty file that has the name meanwhile stays as it is, and one with
   * content makes the publication fail.
   *
   * @param name the name that the peer asks for, not yet checked
   * @return null if more than a start is needed: a file with content has the name, or it would take
   *     too many directories
   * @throws StorageException if it cannot be created
   */
  @Nullable IncomingFile createEmpty(String name) throws StorageException;
}
