package dev.ferry.protocol;

import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.util.ByteRange;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file being received in Ferry mode, in any order, not yet visible under its name; a port of the
 * engine. Used from the engine's thread only. One of {@link #publish}, {@link #keep} and {@link
 * #discard} ends it.
 */
public interface PartialFile {
  /**
   * What was there when it was opened, and has been verified: ascending ranges that neither overlap
   * nor touch.
   */
  List<ByteRange> verified();

  /**
   * Stores content. When this returns, the operating system has it.
   *
   * @param offset where the first byte belongs; with what follows within the file's size
   * @param src what to store, all of it
   * @throws StorageException if it cannot be stored; the part file is then only good for {@link
   *     #keep} and {@link #discard}
   */
  void write(long offset, ByteBuffer src) throws StorageException;

  /** How much has been written and is not yet flushed to the disk, in bytes. */
  long backlogBytes();

  /**
   * Compares the digest, makes the file durable and then visible under its name, atomically; runs
   * beside the engine. Every byte must have been written or {@link #verified}. Whatever the
   * outcome, the part file is gone afterwards.
   *
   * @param sha256 what the digest of the content must be, 32 bytes
   * @param listener told the outcome once, on the engine's thread, never from within this call; the
   *     reason for a failure is {@link dev.ferry.protocol.RefusalReason#DIGEST_DIFFERS} if the
   *     content is not what was sent
   */
  void publish(byte[] sha256, PublicationListener listener);

  /** Closes it so that a later attempt at the same transfer finds what is there. */
  void keep();

  /** Removes what was stored. */
  void discard();
}
