package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.LocalDestination;
import dev.ferry.storage.RemoteName;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/**
 * The transfer of a file from the server, in Ferry mode.
 *
 * @param file the destination
 * @param diskWorkers runs the tasks that wait for the disk
 */
public record Download(
    String name, Path file, TransferOptions options, SecurityOptions security, Executor diskWorkers)
    implements ClientTransfer {
  /** This machine is the user's own: the file may take all the room that there is. */
  private static final long RESERVE_BYTES = 0;

  /** Drops a {@code ./} at the beginning of the name. */
  public Download {
    name = RemoteName.withoutDot(name);
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) throws IOException {
    ServerNames.check(name);
    PartialFileStore store = openStore(thread);
    Open open =
        new Open(
            Frame.FIRST_FILE,
            Operation.GET,
            options.refusesToOverwrite(),
            options.preserves(),
            TransferId.of("get", endpoint.server(), name, file.toAbsolutePath()),
            new FileAttributes(0, 0, 0),
            name);
    TransferFactory factory = (context, begunNs) -> FileReceiver.get(context, open, store, begunNs);
    return ClientEngine.beginningInFerryMode(
        endpoint.config(security), factory, new SecureRandom(), nowNs);
  }

  private PartialFileStore openStore(EngineThread thread) throws StorageException {
    StoreOptions storeOptions =
        new StoreOptions(!options.refusesToOverwrite(), Long.MAX_VALUE, RESERVE_BYTES);
    return LocalDestination.open(file, storeOptions, diskWorkers, thread);
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public boolean preserves() {
    return options.preserves();
  }

  @Override
  public boolean isFetching() {
    return true;
  }

  /** Does nothing: the engine has closed the part file. */
  @Override
  public void close() {}
}
