package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The publication of one small file, step by step in a round of {@link SmallFiles}. A step that
 * fails is the end of it, and the round goes on with the others. Not thread-safe.
 */
final class SmallFilePublication {
  private final ByteBuffer content;
  private final ContentCheck expected;
  private final Destination destination;
  private final SpaceLedger.Promise space;
  private final EngineThread engineThread;
  private final PublicationListener listener;
  private final Runnable atEnd;

  /** What it is called until it is renamed; null before it is created, and afterwards. */
  private @Nullable String writtenAs;

  private @Nullable FileChannel channel;
  private @Nullable StorageException failure;

  /**
   * A publication that has not begun.
   *
   * @param content all of it, from position to limit
   * @param expected what it is checked by
   * @param space for the content
   * @param listener is told the outcome on the engine's thread
   * @param atEnd runs when nothing of it is needed any more, before the listener is told
   */
  SmallFilePublication(
      ByteBuffer content,
      ContentCheck expected,
      Destination destination,
      SpaceLedger.Promise space,
      EngineThread engineThread,
      PublicationListener listener,
      Runnable atEnd) {
    this.content = content;
    this.expected = expected;
    this.destination = destination;
    this.space = space;
    this.engineThread = engineThread;
    this.listener = listener;
    this.atEnd = atEnd;
  }

  /** A step that may fail. */
  interface Step {
    void take() throws IOException;
  }

  /** Takes a step, unless one has failed. */
  void attempt(Step step) {
    if (failure != null) {
      return;
    }
    try {
      step.take();
    } catch (IOException | RuntimeException e) {
      failure = Publication.asFailure(e);
    }
  }

  /** A failure that concerns it; the first one stays. */
  void fail(StorageException cause) {
    failure = failure == null ? cause : failure;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** The way to the directory in which it appears, from the root. */
  List<String> directories() {
    return destination.path().directories();
  }

  /** Writes it into a directory of this process, with the time and the mode that it will have. */
  void write(StoreRoot root, SmallFileDirectory directory) throws IOException {
    byte[] all = new byte[content.remaining()];
    content.duplicate().get(all);
    if (!expected.isOf(all)) {
      throw new StorageException(
          RefusalReason.DIGEST_DIFFERS, "what has arrived is not what was sent");
    }
    String name = directory.nextName();
    channel = directory.handle().createFile(name, WRITE);
    writtenAs = name;
    ByteBuffer rest = ByteBuffer.wrap(all);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
    @Nullable FileAttributes preserved = destination.preserved();
    root.modes().apply(directory.handle(), directory.path(), name, preserved);
  }

  /** Waits until content, time and mode are on the disk. */
  void flush() throws IOException {
    if (channel == null) {
      throw new IllegalStateException("not written");
    }
    channel.force(true);
  }

  /** Gives it its name, which is not durable yet. */
  void rename(StoreRoot root, SmallFileDirectory directory, RoundDirectories parents)
      throws IOException {
    Directory parent = parents.existing(directories());
    if (parent == null || writtenAs == null) {
      throw new StorageException(
          RefusalReason.IO_ERROR, "the directory has been removed meanwhile");
    }
    root.move(directory.handle(), writtenAs, parent, destination, space);
    writtenAs = null;
  }

  /** Closes it, and removes what has got no name. */
  void cleanUp(SmallFileDirectory directory) {
    FileChannel written = channel;
    try {
      if (written != null) {
        written.close();
      }
      if (writtenAs != null) {
        directory.handle().delete(writtenAs);
      }
    } catch (IOException e) {
      // The next start of a server removes it, with its directory.
    }
    channel = null;
  }

  /** Tells the outcome; the last step. */
  void tell(EngineCalls calls) {
    atEnd.run();
    StorageException cause = failure;
    if (cause == null) {
      @Nullable String sha256Hex = expected.sha256Hex();
      calls.add(engineThread, nowNs -> listener.published(sha256Hex, nowNs));
    } else {
      calls.add(engineThread, nowNs -> listener.failed(cause, nowNs));
    }
  }
}
