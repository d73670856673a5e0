package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.LocalDestination;
import dev.ferry.storage.StoreOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/** Fetches a file, in Ferry mode. */
final class Get implements Errand {
  private static final long RESERVE_BYTES = 16L << 20;

  private final ClientArguments arguments;
  private final Security security;
  private final String name;
  private final Path destination;
  private final Executor diskWorkers;

  /**
   * Prepares it.
   *
   * @param name what the server calls it
   * @param diskWorkers runs what waits for the disk
   */
  Get(
      ClientArguments arguments,
      Security security,
      String name,
      Path destination,
      Executor diskWorkers) {
    this.arguments = arguments;
    this.security = security;
    this.name = name;
    this.destination = destination;
    this.diskWorkers = diskWorkers;
  }

  @Override
  public ClientEngine begin(Attempt attempt, EngineThread thread, long nowNs)
      throws CommandException {
    boolean overwrite = arguments.ifExists == ClientArguments.IfExists.OVERWRITE;
    PartialFileStore depot = depot(overwrite, thread);
    Open open =
        new Open(
            Operation.GET,
            !overwrite,
            !arguments.noPreserve,
            TransferId.of("get", attempt.server(), name, destination.toAbsolutePath()),
            new FileAttributes(0, 0, 0),
            name);
    TransferFactory wish =
        (context, begunNs) -> FileReceiver.get(context, open, depot, begunNs);
    return ClientEngine.beginningInFerryMode(
        security.config(attempt), wish, new SecureRandom(), nowNs);
  }

  private PartialFileStore depot(boolean overwrite, EngineThread thread) throws CommandException {
    StoreOptions options = new StoreOptions(overwrite, Long.MAX_VALUE, RESERVE_BYTES);
    try {
      return LocalDestination.open(destination, options, diskWorkers, thread);
    } catch (StorageException e) {
      throw new CommandException(
          FailureText.exitCode(e.reason()), FailureText.local(e, destination.toString()));
    }
  }

  @Override
  public void close() {}
}
