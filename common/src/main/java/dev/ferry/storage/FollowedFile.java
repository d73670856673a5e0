package dev.ferry.storage;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.ferry.protocol.SourceChangedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/**
 * A file from its beginning on, and what is appended to it, until {@link #end}. It is the file that
 * was opened, whatever has its name later on. Looks for more several times a second.
 */
public final class FollowedFile implements PipeInput, Closeable {
  private static final int LOOK_EVERY_MS = 200;

  private final FileChannel channel;
  private final CountDownLatch ended = new CountDownLatch(1);
  private long readBytes;

  private FollowedFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens a file.
   *
   * @throws NotRegularFileException if it is a directory, a device or a pipe
   * @throws IOException if there is none, or it cannot be read
   */
  public static FollowedFile open(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new NotRegularFileException(path.toString());
    }
    return new FollowedFile(FileChannel.open(path, StandardOpenOption.READ));
  }

  /** What is there now is the rest. Thread-safe. */
  public void end() {
    ended.countDown();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      boolean last = ended.getCount() == 0;
      int bytes = channel.read(ByteBuffer.wrap(buffer, offset, length), readBytes);
      if (bytes > 0) {
        readBytes += bytes;
        return bytes;
      }
      if (channel.size() < readBytes) {
        throw new SourceChangedException("was cut while it was followed");
      }
      if (last || isInterrupted()) {
        return -1;
      }
    }
  }

  private boolean isInterrupted() {
    try {
      ended.await(LOOK_EVERY_MS, MILLISECONDS);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
