package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The file that has the name of one that arrives, some of whose blocks are taken over. Opened when
 * it is needed first; what is put in its place later does not matter. For one thread at a time.
 */
final class OlderFile implements Closeable {
  private final StoreRoot root;
  private final RelativePath place;
  private @Nullable FileChannel channel;

  OlderFile(StoreRoot root, RelativePath place) {
    this.root = root;
    this.place = place;
  }

  /**
   * Fills a buffer.
   *
   * @throws StorageException if there is no such file, or it is too short: whoever relied on it has
   *     to do without
   */
  void read(long from, ByteBuffer dst) throws IOException {
    FileChannel open = open();
    long position = from;
    while (dst.hasRemaining()) {
      int bytes = open.read(dst, position);
      if (bytes < 0) {
        throw gone(null);
      }
      position += bytes;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      try (Directory parent = root.directory(place.directories())) {
        parent.requireRegularFile(place.fileName());
        open = parent.openFile(place.fileName(), READ);
      } catch (NoSuchFileException | NotRegularFileException e) {
        throw gone(e);
      }
      channel = open;
    }
    return open;
  }

  private static StorageException gone(@Nullable IOException cause) {
    String told = "the older file is not what it was";
    return new StorageException(RefusalReason.DIGEST_DIFFERS, told, told, cause);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
