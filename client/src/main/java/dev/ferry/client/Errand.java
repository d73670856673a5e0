package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.engine.EngineThread;
import dev.ferry.engine.client.ClientEngine;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** What the user wants done, at whichever address of the server answers. */
interface Errand extends Closeable {
  /**
   * Begins it.
   *
   * @param datagramBytes the largest datagram to send
   * @param patient whether this is the last address, so that there is time
   * @param thread the one that will drive the engine
   */
  ClientEngine begin(
      InetSocketAddress server, int datagramBytes, boolean patient, EngineThread thread, long nowNs)
      throws CommandException, IOException;

  @Override
  void close();
}
