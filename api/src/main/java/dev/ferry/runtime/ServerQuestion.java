package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something that is asked of a server.
 *
 * @param subject what is asked
 * @param name of a file or directory at the server
 * @param file where a list, or the digests of blocks, are stored; null for all else
 * @param sizeBytes about how large the file is, or 0
 * @param listener is told the answer
 */
public record ServerQuestion(
    Subject subject, String name, @Nullable Path file, long sizeBytes, Listener listener)
    implements BatchRequest {
  /** What can be asked. */
  public enum Subject {
    /** A list of all that is below a directory, entries as {@code ListEntry}, compressed. */
    LIST,
    /** The attributes of a file. */
    ATTRIBUTES,
    /** The attributes and the SHA-256 of a file. */
    DIGEST,
    /** The SHA-256 of each block of 256 KiB of a file, one after the other. */
    BLOCK_DIGESTS,
    /** That a file, or an empty directory, be removed. */
    REMOVE
  }

  /** Is told the answer, once, on the thread that runs the batch. */
  public interface Listener {
    /**
     * The server has answered; a list is in its file, and so are digests of blocks.
     *
     * @param found what the server has; null where the answer is in a file, and for what was
     *     removed
     * @param sha256Hex lower-case hexadecimal digits; empty if none was asked for
     */
    void answered(@Nullable FileAttributes found, String sha256Hex);

    /** It has not. */
    void failed(TransferFailure failure);
  }

  @Override
  public Type type() {
    return Type.QUESTION;
  }
}
