package dev.ferry.runtime;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.Unsent;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.storage.DiskFileContent;
import dev.ferry.storage.DiskSourceFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of a batch that goes to the server. */
final class BatchPut extends BatchJob {
  /** What the first attempt sends; opened ahead. */
  private @Nullable DiskFileContent opened;

  private List<ByteRange> zeros = List.of();
  private long sizeBytes;
  private @Nullable IOException trouble;

  private BatchPut(BatchTransfer batch, FileJob request) {
    super(batch, request);
  }

  /** Opens a file; if that fails, so does the first attempt. */
  static BatchPut open(BatchTransfer batch, FileJob request) {
    BatchPut put = new BatchPut(batch, request);
    try {
      ServerNames.check(put.name);
      DiskFileContent content = Upload.source(request.path(), NOFOLLOW_LINKS);
      put.opened = content;
      put.sizeBytes = content.sizeBytes();
      put.zeros = Upload.zeros(request.path(), put.sizeBytes, batch.options());
    } catch (IOException e) {
      put.trouble = e;
    }
    return put;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public TransferFactory prepare() throws IOException {
    try {
      if (trouble != null) {
        throw trouble;
      }
      DiskFileContent content =
          opened == null ? Upload.source(request.path(), NOFOLLOW_LINKS) : opened;
      opened = null;
      DiskSourceFile file = new DiskSourceFile(content, batch.diskWorkers(), batch.thread());
      return (context, nowNs) ->
          FileSender.put(
              context,
              putting(context.file(), file.attributes()),
              file,
              new Unsent(reused(), zeros),
              nowNs);
    } catch (IOException e) {
      batch.listener().unopened(request, e);
      throw e;
    }
  }

  @Override
  public void failed(TransferFailure failure) {
    close();
    super.failed(failure);
  }

  private void close() {
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      // The file was only read.
    }
  }
}
