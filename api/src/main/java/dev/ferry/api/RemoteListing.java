package dev.ferry.api;

import dev.ferry.copy.RemoteList;
import dev.ferry.protocol.ListEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A list of a server's files, read entry by entry. For one thread. */
final class RemoteListing {
  private final RemoteList list;

  private RemoteListing(RemoteList list) {
    this.list = list;
  }

  /**
   * A list that is still to come.
   *
   * @throws TransferException if there is no place for temporary files
   */
  static RemoteListing create() throws TransferException {
    try {
      return new RemoteListing(RemoteList.create(false));
    } catch (IOException e) {
      throw Failures.ofFile(e);
    }
  }

  /** Where the list is to be stored. */
  Path file() {
    return list.file();
  }

  Stream<RemoteEntry> stream() {
    Spliterator<RemoteEntry> entries =
        new Spliterators.AbstractSpliterator<RemoteEntry>(
            Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
          @Override
          public boolean tryAdvance(Consumer<? super RemoteEntry> action) {
            try {
              ListEntry next = list.next();
              if (next == null) {
                return false;
              }
              action.accept(RemoteEntry.of(next));
              return true;
            } catch (IOException e) {
              throw new UncheckedIOException("cannot read the list", e);
            }
          }
        };
    return StreamSupport.stream(entries, false).onClose(this::close);
  }

  void close() {
    try {
      list.close();
    } catch (IOException e) {
      // It lies among temporary files.
    }
  }
}
