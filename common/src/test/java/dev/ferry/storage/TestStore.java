package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Stores whose disk work and listeners run at once on the calling thread, and their use. */
final class TestStore {
  static final StoreOptions OVERWRITE = new StoreOptions(true, Long.MAX_VALUE, 0);
  static final StoreOptions REFUSE = new StoreOptions(false, Long.MAX_VALUE, 0);
  static final EngineThread AT_ONCE = task -> task.accept(0);

  private TestStore() {}

  /**
   * Flips the first byte of a file and sets its time of modification back, until the clock of the
   * file system has gone on.
   */
  static void changeSecretly(Path file) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    FileTime changed = FileTimes.changed(file);
    do {
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        ByteBuffer first = ByteBuffer.allocate(1);
        channel.read(first, 0);
        channel.write(first.put(0, (byte) ~first.get(0)).flip(), 0);
      }
      Files.setLastModifiedTime(file, modified);
    } while (Objects.equals(FileTimes.changed(file), changed));
  }

  /** How an upload ended; one of the two is null. */
  record Outcome(String sha256Hex, StorageException failure) {
    boolean isPublished() {
      return failure == null;
    }

    /** What the peer is told, or null if the file was published. */
    RefusalReason reason() {
      return failure == null ? null : failure.reason();
    }
  }

  static DiskLabStore open(Path root) throws IOException {
    return open(root, OVERWRITE);
  }

  static DiskLabStore open(Path root, StoreOptions options) throws IOException {
    return DiskLabStore.open(root, options, workers(Runnable::run), AT_ONCE);
  }

  /** The same workers for both modes. */
  static DiskLabStore.Workers workers(Executor disk) {
    return new DiskLabStore.Workers(disk, new FairWorkers(disk), disk);
  }

  /** Opens a part file, writes to it and publishes it. */
  static Outcome upload(DiskLabStore store, String name, byte[] content) {
    try {
      return publish(written(store, name, content)).join();
    } catch (StorageException e) {
      return new Outcome(null, e);
    }
  }

  /** Opens a part file and writes to it. */
  static IncomingFile written(DiskLabStore store, String name, byte[] content)
      throws StorageException {
    IncomingFile sink = store.create(name, content.length);
    sink.write(0, ByteBuffer.wrap(content));
    return sink;
  }

  static CompletableFuture<Outcome> publish(IncomingFile sink) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    sink.publish(
        new PublicationListener() {
          @Override
          public void published(String sha256Hex, long nowNs) {
            outcome.complete(new Outcome(sha256Hex, null));
          }

          @Override
          public void failed(StorageException cause, long nowNs) {
            outcome.complete(new Outcome(null, cause));
          }
        });
    return outcome;
  }

  /** The names of everything below a directory, in order. */
  static List<String> tree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths
          .filter(path -> !path.equals(directory))
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  /** The files below a directory that this process holds open. */
  static List<String> descriptorsBelow(Path directory) throws IOException {
    List<String> targets = new ArrayList<>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith(directory.toString())) {
            targets.add(target);
          }
        }
      }
    }
    return targets;
  }
}
