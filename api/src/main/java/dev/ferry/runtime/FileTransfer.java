package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.client.ClientEngine;
import java.io.IOException;
import java.nio.file.Path;

/** A file on its way to the server or from it, at whichever endpoint answers. */
public interface FileTransfer extends AutoCloseable {
  /**
   * Begins it. Called for one endpoint after the other, until one answers.
   *
   * @param thread the one that will drive the engine
   * @throws UnsendableException if the file cannot be sent
   * @throws dev.ferry.protocol.StorageException if the file cannot be stored here
   */
  ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) throws IOException;

  /** The file on this machine. */
  Path file();

  /** What the server calls it. */
  String name();

  /** How much is to be transferred, in bytes; 0 if that is not known yet. */
  long sizeBytes();

  /** Whether the file comes from the server. */
  boolean isFetching();

  /** Lets go of the file; the engines that were begun must have ended. */
  @Override
  void close();
}
