package dev.ferry.protocol.client;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.io.IOException;
import java.util.function.Predicate;

/** One file of a {@link FileBatch}. Called on the engine's thread. */
public interface BatchFile {
  /** What it is. */
  FileKind kind();

  /** How much this end is going to send, in bytes; 0 for what it receives. */
  long sizeBytes();

  /**
   * Whether a server can be asked for it; if not, it has failed.
   *
   * @param answered which operations the server answers
   */
  default boolean isAnswered(Predicate<Operation> answered) {
    return true;
  }

  /**
   * Prepares an attempt, which begins at once; there may be several, one after the other.
   *
   * @throws IOException if the file cannot be read, or stored; it has failed then, and {@link
   *     #failed} is not called
   */
  TransferFactory prepare() throws IOException;

  /** The two ends agree, and content flows. */
  void started(TransferEvent.Started event);

  /**
   * Is told now and then.
   *
   * @param doneBytes how much of it is at the receiver, in bytes
   */
  void progress(long doneBytes, long nowNs);

  /** The file is durable and visible at the receiver. Nothing follows. */
  void finished(TransferEvent.Finished event);

  /** The server takes no files of its kind; nothing was sent. Nothing follows. */
  void notTaken();

  /** It is over, and nothing was published as far as this end knows. Nothing follows. */
  void failed(TransferFailure failure);

  /**
   * What was taken from an older file was not what it should be: the next attempt does without.
   *
   * @return whether this one did not
   */
  default boolean forgetOlder() {
    return false;
  }
}
