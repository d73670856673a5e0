package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.client.ClientEngine;
import java.io.Closeable;
import java.io.IOException;

/** What the user wants done, at whichever address of the server answers. */
interface Errand extends Closeable {
  /**
   * Begins it.
   *
   * @param thread the one that will drive the engine
   */
  ClientEngine begin(Attempt attempt, EngineThread thread, long nowNs)
      throws CommandException, IOException;

  @Override
  void close();
}
