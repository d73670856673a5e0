package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The use of stores of Ferry mode. */
final class TestPartialFiles {
  static final int BLOCK = 256 << 10;
  static final long MODIFIED_NS = 1_600_000_000_123_456_789L;
  static final Bytes ID = Bytes.copyOf("sixteen bytes id".getBytes(UTF_8));
  static final Bytes OTHER_ID = Bytes.copyOf("another transfer".getBytes(UTF_8));

  private TestPartialFiles() {}

  /** Hears how opening ended. */
  static final class Opening implements PartialFileStore.Listener {
    final CompletableFuture<OpenedPart> part = new CompletableFuture<>();
    private final CompletableFuture<List<ByteRange>> damaged = new CompletableFuture<>();
    int timesCaughtUp;

    @Override
    public void opened(PartialFile opened, long nowNs) {
      if (opened.present().isEmpty()) {
        damaged.complete(List.of());
      }
      part.complete(new OpenedPart(opened, damaged));
    }

    @Override
    public void compared(List<ByteRange> newDamaged, long nowNs) {
      damaged.complete(newDamaged);
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      part.completeExceptionally(cause);
    }

    @Override
    public void caughtUp(long nowNs) {
      timesCaughtUp++;
    }

    StorageException failure() {
      return (StorageException) part.handle((opened, cause) -> cause).join();
    }
  }

  /** A part file, and what its comparison has found. */
  record OpenedPart(PartialFile file, CompletableFuture<List<ByteRange>> damaged)
      implements PartialFile {
    /** What was there and is good, once all has been compared. */
    List<ByteRange> verified() {
      RangeSet good = new RangeSet(PartialFileStore.MAX_RANGES);
      file.present().forEach(range -> good.add(range.start(), range.end()));
      damaged.join().forEach(range -> good.remove(range.start(), range.end()));
      return good.ranges();
    }

    @Override
    public List<ByteRange> present() {
      return file.present();
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      file.write(offset, src);
    }

    @Override
    public void copy(ByteRange range) throws StorageException {
      file.copy(range);
    }

    @Override
    public void zero(ByteRange range) throws StorageException {
      file.zero(range);
    }

    @Override
    public void endsAt(long sizeBytes) {
      file.endsAt(sizeBytes);
    }

    @Override
    public long backlogBytes() {
      return file.backlogBytes();
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      file.publish(expected, listener);
    }

    @Override
    public void keep() {
      file.keep();
    }

    @Override
    public void discard() {
      file.discard();
    }
  }

  static byte[] content(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  static ReceiveRequest file(String name, byte[] content) {
    return file(ID, name, content.length, MODIFIED_NS);
  }

  static ReceiveRequest file(Bytes id, String name, long size, long modifiedNs) {
    return file(id, name, size, modifiedNs, Bytes.EMPTY);
  }

  static ReceiveRequest file(Bytes id, String name, long size, long modifiedNs, Bytes owner) {
    return new ReceiveRequest(
        id, name, new FileAttributes(size, modifiedNs, 0b110_000_100), false, false, false, owner);
  }

  static Opening opening(PartialFileStore store, ReceiveRequest file) {
    Opening opening = new Opening();
    store.receive(file, opening);
    return opening;
  }

  /** Opens a part file that is to be had. */
  static OpenedPart open(PartialFileStore store, ReceiveRequest file) {
    return opening(store, file).part.join();
  }

  static OpenedPart open(Path root, ReceiveRequest file) throws IOException {
    return open(TestStore.open(root).parts(), file);
  }

  /** Writes a part of the content, in pieces of the size of a packet. */
  static void write(PartialFile part, byte[] content, int from, int to) throws StorageException {
    int piece = 1_444;
    for (int at = from; at < to; at += piece) {
      part.write(at, ByteBuffer.wrap(content, at, Math.min(piece, to - at)));
    }
  }

  /** Writes what was not there. */
  static void writeMissing(OpenedPart part, byte[] content) throws StorageException {
    int at = 0;
    for (ByteRange range : part.verified()) {
      write(part, content, at, (int) range.start());
      at = (int) range.end();
    }
    write(part, content, at, content.length);
  }

  static byte[] sha256(byte[] content) {
    return Hashing.sha256().hashBytes(content).asBytes();
  }

  static Outcome publish(PartialFile part, byte[] content) {
    return publication(part, content).join();
  }

  static CompletableFuture<Outcome> publication(PartialFile part, byte[] content) {
    return publication(part, ContentCheck.bySha256(sha256(content)));
  }

  static CompletableFuture<Outcome> publication(PartialFile part, ContentCheck expected) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    part.publish(
        expected,
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

  /** The ranges as text: start-end in blocks; the end may be in the middle of the last one. */
  static String blocks(OpenedPart part) {
    StringBuilder text = new StringBuilder();
    for (ByteRange range : part.verified()) {
      text.append(text.isEmpty() ? "" : " ")
          .append(range.start() / BLOCK)
          .append('-')
          .append((range.end() + BLOCK - 1) / BLOCK);
    }
    return text.toString();
  }

  /** What a killed process leaves: a copy of what is in its root while it is at work. */
  static Path crash(Path root, Path copy) throws IOException {
    Files.createDirectories(copy);
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        Files.copy(entry, copy.resolve(entry.getFileName().toString()));
      }
    }
    return copy;
  }

  /** The only part file in a directory. */
  static Path partIn(Path root) throws IOException {
    return only(root, ".part");
  }

  /** The only journal in a directory. */
  static Path journalIn(Path root) throws IOException {
    return only(root, ".journal");
  }

  private static Path only(Path root, String suffix) throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      List<Path> found = entries.filter(path -> path.toString().endsWith(suffix)).toList();
      if (found.size() != 1) {
        throw new AssertionError("not one " + suffix + ": " + found);
      }
      return found.get(0);
    }
  }

  /** Changes one bit of a file. */
  static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 0x10;
    Files.write(file, bytes);
  }

  static void truncate(Path file, int size) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), size));
  }
}
