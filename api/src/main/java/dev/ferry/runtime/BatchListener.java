package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import java.io.IOException;

/**
 * Is told what becomes of each file of a batch, on the thread that runs it. After {@link #finished}
 * or one of the failures nothing follows about a file.
 */
public interface BatchListener {
  /**
   * Content flows; called again if that has to begin anew.
   *
   * @param resumedBytes how much the receiver had already
   */
  void started(BatchRequest file, long sizeBytes, long resumedBytes);

  /**
   * The file is durable and visible under its name.
   *
   * @param sha256Hex its digest, 64 lower-case hexadecimal digits
   */
  void finished(BatchRequest file, long sizeBytes, long resumedBytes, String sha256Hex);

  /** It could not be transferred. */
  void failed(BatchRequest file, TransferFailure failure);

  /**
   * It could not be opened here, and nothing was sent.
   *
   * @param cause an {@link UnsendableException}, or a {@link dev.ferry.protocol.StorageException},
   *     for most reasons
   */
  void unopened(BatchRequest file, IOException cause);
}
