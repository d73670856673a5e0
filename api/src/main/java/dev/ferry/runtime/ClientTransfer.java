package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.client.ClientEngine;
import java.io.IOException;
import java.nio.file.Path;

/** The transfer of a file to or from the server, over the first endpoint that answers. */
public interface ClientTransfer extends AutoCloseable {
  /**
   * Begins the transfer. Called for one endpoint after the other, until one answers, and again for
   * each connection that resumes the transfer.
   *
   * @param thread the thread that will drive the engine, always the same
   * @throws UnsendableException if the file cannot be sent
   * @throws dev.ferry.protocol.StorageException if the file cannot be stored here
   */
  ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) throws IOException;

  /**
   * Whether {@link #begin} skips the lab's start because it is remembered that the server speaks
   * Ferry mode: if nothing answers then, the endpoint is worth another attempt without memory.
   */
  boolean skipsStart(Endpoint endpoint);

  /** The file on this machine. */
  Path file();

  /** The name of the file at the server. */
  String name();

  /**
   * The size of the file, in bytes; 0 if it is not known yet, and {@link
   * dev.ferry.protocol.FileAttributes#UNKNOWN_SIZE} if it is not before its end.
   */
  long sizeBytes();

  /**
   * The size of the file that has been transferred, in bytes.
   *
   * @param saidBytes what was said at its beginning
   */
  default long sizeAtEnd(long saidBytes) {
    return saidBytes;
  }

  /** Whether the new file gets the time of modification and the permissions, in Ferry mode. */
  boolean preserves();

  /** Whether the transfer is a download. */
  boolean isFetching();

  /**
   * Whether the content comes from a stream, or goes to one: then no later command goes on with the
   * transfer.
   */
  default boolean isPiped() {
    return false;
  }

  /** Whether another connection of this process can go on with the transfer, or begin it anew. */
  default boolean mayGoOn() {
    return true;
  }

  /** Closes the file, after the last engine has ended. */
  @Override
  void close();
}
