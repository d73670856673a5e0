package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import java.io.IOException;

/**
 * Is told what becomes of each file of a batch, on the thread that runs it. After {@link
 * #completed} or one of those behind it nothing follows about a file.
 */
public interface BatchListener {
  /**
   * Content flows; called again if that has to begin anew.
   *
   * @param resumedBytes how much the receiver had already
   */
  void started(FileJob file, long sizeBytes, long resumedBytes);

  /**
   * Is told now and then, and not of every file.
   *
   * @param doneBytes how much of it is at the receiver
   */
  void progress(FileJob file, long doneBytes, long nowNs);

  /** The file is durable and visible under its name. */
  void completed(FileJob file, ClientEvent.Completed event);

  /** It could not be transferred. */
  void failed(FileJob file, TransferFailure failure);

  /** The server takes no files of its kind, and nothing was sent. */
  void notTaken(FileJob file);

  /**
   * It could not be opened here, and nothing was sent.
   *
   * @param cause an {@link UnsendableException}, or a {@link dev.ferry.protocol.StorageException},
   *     for most reasons
   */
  void unopened(FileJob file, IOException cause);

  /** A question was not answered; who asked it has been told. */
  default void unanswered(ServerQuestion question, TransferFailure failure) {}
}
