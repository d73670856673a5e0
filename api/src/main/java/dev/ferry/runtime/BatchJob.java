package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.RemoteName;
import java.util.List;

/** A file of a batch, either way: tells the listener of the batch what becomes of it. */
abstract class BatchJob implements BatchFile {
  final BatchTransfer batch;
  final FileJob request;

  /** Its name at the server, without a {@code ./} at the beginning. */
  final String name;

  /** Whether what it took from an older file was not what it should be. */
  private boolean forgotten;

  BatchJob(BatchTransfer batch, FileJob request) {
    this.batch = batch;
    this.request = request;
    this.name = RemoteName.withoutDot(request.name());
  }

  /**
   * What a put of it begins with.
   *
   * @param file its number in the connection
   */
  final Open putting(int file, FileAttributes attributes) {
    return new Open(
        file,
        Operation.PUT,
        batch.options().refusesToOverwrite(),
        batch.options().preserves(),
        batch.transferId("put", batch.serverName(), NativePaths.identity(request.path()), name),
        attributes,
        name);
  }

  /** What the receiver takes from the file that it has. */
  final List<ByteRange> reused() {
    return forgotten ? List.of() : request.reused();
  }

  @Override
  public final boolean forgetOlder() {
    boolean was = !reused().isEmpty();
    forgotten = true;
    return was;
  }

  @Override
  public final FileKind kind() {
    return request.kind();
  }

  @Override
  public final void notTaken() {
    batch.listener().notTaken(request);
  }

  @Override
  public final void started(TransferEvent.Started event) {
    batch.listener().started(request, event.sizeBytes(), event.resumedBytes());
  }

  @Override
  public final void progress(long doneBytes, long nowNs) {
    batch.listener().progress(request, doneBytes, nowNs);
  }

  @Override
  public final void finished(TransferEvent.Finished event) {
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
