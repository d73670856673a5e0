package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file of a batch that comes from the server. */
final class BatchGet extends BatchJob {
  /** The same for all attempts: what one of them does is over before the next one looks. */
  private @Nullable PartialFileStore store;

  BatchGet(BatchTransfer batch, FileJob request) {
    super(batch, request);
  }

  /** What is asked for is small; how large the file is, the server says. */
  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public TransferFactory prepare() throws IOException {
    try {
      ServerNames.check(name);
      PartialFileStore opened = store == null ? openStore() : store;
      store = opened;
      return (context, nowNs) ->
          FileReceiver.get(context, open(context.file()), opened, reused(), nowNs);
    } catch (IOException e) {
      batch.listener().unopened(request, e);
      throw e;
    }
  }

  private PartialFileStore openStore() throws IOException {
    StoreOptions options = Download.storeOptions(batch.options());
    return request.below().isEmpty()
        ? batch
            .directoryAround(request.path(), options)
            .at(request.path(), batch.diskWorkers(), batch.thread(), batch.memory())
        : batch
            .directory(request.path(), options)
            .below(request.below(), batch.diskWorkers(), batch.thread(), batch.memory());
  }

  private Open open(int file) {
    return new Open(
        file,
        Operation.GET,
        batch.options().refusesToOverwrite(),
        batch.options().preserves(),
        batch.transferId("get", batch.serverName(), name, NativePaths.identity(request.file())),
        new FileAttributes(0, 0, 0),
        name,
        true);
  }
}
