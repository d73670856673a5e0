package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.LocalDestination;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.RemoteName;
import dev.ferry.storage.StoreOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file of a batch that comes from the server. */
final class BatchGet implements BatchFile {
  private final BatchTransfer batch;
  private final FileJob request;
  private final String name;

  /** The same for all attempts: what one of them does is over before the next one looks. */
  private @Nullable PartialFileStore store;

  BatchGet(BatchTransfer batch, FileJob request) {
    this.batch = batch;
    this.request = request;
    this.name = RemoteName.withoutDot(request.name());
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
      return (context, nowNs) -> FileReceiver.get(context, open(context.file()), opened, nowNs);
    } catch (IOException e) {
      batch.listener().unopened(request, e);
      throw e;
    }
  }

  private PartialFileStore openStore() throws IOException {
    StoreOptions options =
        new StoreOptions(
            !batch.options().refusesToOverwrite(), Long.MAX_VALUE, Download.RESERVE_BYTES);
    return request.below().isEmpty()
        ? LocalDestination.open(
            request.path(), options, batch.diskWorkers(), batch.thread(), batch.memory())
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
        name);
  }

  @Override
  public void started(TransferEvent.Started event) {
    batch.listener().started(request, event.sizeBytes(), event.resumedBytes());
  }

  @Override
  public void progress(long doneBytes, long nowNs) {
    batch.listener().progress(request, doneBytes, nowNs);
  }

  @Override
  public void finished(TransferEvent.Finished event) {
    batch
        .listener()
        .completed(
            request,
            new ClientEvent.Completed(
                event.stats(), event.resumedBytes(), event.sha256Hex(), event.connection()));
  }

  @Override
  public void failed(TransferFailure failure) {
    batch.listener().failed(request, failure);
  }
}
