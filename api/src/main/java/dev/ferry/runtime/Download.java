package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.BlockMemory;
import dev.ferry.storage.LocalDestination;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.RemoteName;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The transfer of a file, or a list of files, from the server, in Ferry mode. */
public final class Download implements ClientTransfer {
  /** This machine is the user's own: the file may take all the room that there is. */
  private static final long RESERVE_BYTES = 0;

  private final String name;
  private final Path file;
  private final Operation operation;
  private final boolean all;
  private final TransferOptions options;
  private final SecurityOptions security;
  private final Executor diskWorkers;

  /**
   * The store of all attempts: what one of them does on the disk workers is over before the next
   * one looks at the part file.
   */
  private @Nullable PartialFileStore store;

  /**
   * Creates a download. Drops a {@code ./} at the beginning of the name.
   *
   * @param file the destination
   * @param diskWorkers runs the tasks that wait for the disk
   */
  public Download(
      String name,
      Path file,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers) {
    this(Operation.GET, false, name, file, options, security, diskWorkers);
  }

  private Download(
      Operation operation,
      boolean all,
      String name,
      Path file,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers) {
    CipherWarmUp.start();
    this.operation = operation;
    this.all = all;
    this.name = RemoteName.withoutDot(name);
    this.file = file;
    this.options = options;
    this.security = security;
    this.diskWorkers = diskWorkers;
  }

  /**
   * The list of what is in a directory at the server, as a file of {@link
   * dev.ferry.protocol.ListEntry entries}.
   *
   * @param name of the directory, or a file; empty for the root
   * @param all whether what is in the directories in it is wanted, too
   * @param file the destination
   */
  public static Download list(
      String name,
      boolean all,
      Path file,
      TransferOptions options,
      SecurityOptions security,
      Executor diskWorkers) {
    return new Download(Operation.LIST, all, name, file, options, security, diskWorkers);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public ClientEngine begin(Endpoint endpoint, EngineThread thread, long nowNs) throws IOException {
    boolean lists = operation == Operation.LIST;
    if (!lists || !name.isEmpty()) {
      ServerNames.check(name);
    }
    PartialFileStore parts = openStore(thread);
    Open open =
        new Open(
            Frame.FIRST_FILE,
            operation,
            lists ? all : options.refusesToOverwrite(),
            lists || options.preserves(),
            TransferId.ofUser(
                lists ? "list" : "get",
                Endpoint.nameOf(endpoint.server()),
                name,
                NativePaths.identity(file)),
            new FileAttributes(0, 0, 0),
            name,
            !lists);
    TransferFactory factory = (context, begunNs) -> FileReceiver.get(context, open, parts, begunNs);
    return ClientEngine.beginningInFerryMode(
        endpoint.fetching(security), factory, new SecureRandom(), nowNs);
  }

  /** How what the user fetches is stored. */
  static StoreOptions storeOptions(TransferOptions options) {
    return storeOptions(options, Long.MAX_VALUE);
  }

  /** How a list is stored, of which there is no more than the protocol allows. */
  static StoreOptions listOptions(TransferOptions options) {
    return storeOptions(options, ListEntry.MAX_LIST_BYTES);
  }

  private static StoreOptions storeOptions(TransferOptions options, long maxBytes) {
    return new StoreOptions(!options.refusesToOverwrite(), maxBytes, RESERVE_BYTES)
        .withSparse(options.sparse());
  }

  private PartialFileStore openStore(EngineThread thread) throws StorageException {
    PartialFileStore opened = store;
    if (opened != null) {
      return opened;
    }
    StoreOptions kept = operation == Operation.LIST ? listOptions(options) : storeOptions(options);
    opened = LocalDestination.open(file, kept, diskWorkers, thread, new BlockMemory());
    store = opened;
    return opened;
  }

  @Override
  public boolean skipsStart(Endpoint endpoint) {
    return false; // There is none.
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
