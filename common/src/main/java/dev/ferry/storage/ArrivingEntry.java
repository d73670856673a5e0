package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What arrives in Ferry mode and is no regular file: its content, if it has any, is short and waits
 * in memory; nothing is on the disk before it is published, and nothing is kept.
 */
final class ArrivingEntry implements PartialFile {
  /** The longest content: that of a link. */
  static final int MAX_CONTENT_BYTES = RemoteName.MAX_NAME_BYTES;

  private final DiskPartialFileStore store;
  private final ReceiveRequest request;
  private final TransferExecutor executor;
  private final byte[] content;

  private ArrivingEntry(
      DiskPartialFileStore store, ReceiveRequest request, TransferExecutor executor) {
    this.store = store;
    this.request = request;
    this.executor = executor;
    this.content = new byte[(int) request.attributes().sizeBytes()];
  }

  /** Opens it on the executor of its transfer. */
  static void open(
      DiskPartialFileStore store,
      ReceiveRequest request,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    long most =
        switch (request.attributes().kind()) {
          case DIRECTORY -> 0;
          case FILE, LINK, OTHER_NAME, UNTOLD -> MAX_CONTENT_BYTES;
        };
    if (request.attributes().sizeBytes() > most) {
      executor.leave();
      String told = "more content than such a thing has";
      StorageException cause = new StorageException(RefusalReason.TOO_LARGE, told, told, null);
      store.engineThread().execute(nowNs -> listener.failed(cause, nowNs));
      return;
    }
    ArrivingEntry entry = new ArrivingEntry(store, request, executor);
    store.engineThread().execute(nowNs -> listener.opened(entry, nowNs));
  }

  @Override
  public List<ByteRange> present() {
    return List.of();
  }

  @Override
  public void write(long offset, ByteBuffer src) {
    src.get(content, (int) offset, src.remaining());
  }

  @Override
  public long backlogBytes() {
    return 0;
  }

  @Override
  public void publish(ContentCheck expected, PublicationListener listener) {
    executor.afterAll(
        () -> {
          Publication.attempt(() -> make(expected), () -> {}, store.engineThread(), listener);
          executor.leave();
        });
  }

  private @Nullable String make(ContentCheck expected) throws IOException {
    if (!expected.isOf(content)) {
      throw new StorageException(
          RefusalReason.DIGEST_DIFFERS, "what has arrived is not what was sent");
    }
    make(store.destinationOf(request));
    return expected.sha256Hex();
  }

  private void make(Destination destination) throws IOException {
    TreeEntries entries = new TreeEntries(store.root());
    FileAttributes preserved = destination.preserved();
    boolean mayReplace = destination.ifTaken() == Destination.IfTaken.REPLACE;
    switch (request.attributes().kind()) {
      case FILE, UNTOLD -> throw new IllegalStateException("nothing that comes in this way");
      case DIRECTORY -> entries.makeDirectory(destination.path(), preserved, mayReplace);
      case LINK -> {
        if (!store.root().options().access().links()) {
          throw refused("it stores no symbolic links");
        }
        entries.makeLink(destination.path(), text(), mayReplace, preserved);
      }
      case OTHER_NAME ->
          entries.makeOtherName(destination.path(), store.placeOf(text()), mayReplace);
    }
  }

  private static StorageException refused(String told) {
    return new StorageException(RefusalReason.NOT_PERMITTED, told, told, null);
  }

  /** The content as text. */
  private String text() throws InvalidNameException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidNameException("the link's target is no UTF-8");
    }
  }

  @Override
  public void keep() {
    executor.leave();
  }

  @Override
  public void discard() {
    executor.leave();
  }
}
