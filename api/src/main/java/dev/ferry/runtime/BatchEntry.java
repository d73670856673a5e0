package dev.ferry.runtime;

import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.storage.EntrySource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something of a batch that goes to the server and is no regular file. */
final class BatchEntry extends BatchJob {
  private @Nullable EntrySource source;
  private @Nullable IOException trouble;

  private BatchEntry(BatchTransfer batch, FileJob request) {
    super(batch, request);
  }

  /** Looks at it; if that fails, so does the first attempt. */
  static BatchEntry open(BatchTransfer batch, FileJob request) {
    BatchEntry entry = new BatchEntry(batch, request);
    try {
      ServerNames.check(entry.name);
      entry.source = sourceOf(request);
    } catch (IOException e) {
      entry.trouble = e;
    }
    return entry;
  }

  private static EntrySource sourceOf(FileJob request) throws IOException {
    return switch (request.kind()) {
      case DIRECTORY -> EntrySource.directory(request.path());
      case LINK -> EntrySource.link(request.path());
      case OTHER_NAME -> EntrySource.otherName(request.path(), request.first());
      case FILE, UNTOLD -> throw new IllegalStateException("not sent in this way");
    };
  }

  @Override
  public long sizeBytes() {
    return source == null ? 0 : source.sizeBytes();
  }

  @Override
  public TransferFactory prepare() throws IOException {
    EntrySource opened = source;
    if (opened == null) {
      IOException cause = trouble == null ? new IOException("not looked at") : trouble;
      batch.listener().unopened(request, cause);
      throw cause;
    }
    EntrySource.Reading reading = opened.on(batch.thread());
    return (context, nowNs) ->
        FileSender.put(context, putting(context.file(), opened.attributes()), reading, nowNs);
  }
}
