package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power fails after a write. Of what was written since the last flush each page, the length of
 * each file and each name reach the disk or not, in any combination. Whoever then goes on has what
 * was flushed, and in the end the file that was sent.
 */
class PowerCutTest {
  private static final int PAGE = 4096;
  private static final int PIECE = 60_000;
  private static final int SMALL = 3 * BLOCK + 17;

  /** So that it is flushed twice on the way. */
  private static final int LARGE = 2 * (int) Flusher.FLUSH_EVERY_BYTES + 3 * BLOCK + 1;

  @TempDir Path temporary;
  private int roots;

  /** Everything in a directory, by name. */
  private static Map<String, byte[]> read(Path directory) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : TestStore.tree(directory)) {
      files.put(name, Files.readAllBytes(directory.resolve(name)));
    }
    return files;
  }

  /** What an attempt has done when the power fails. */
  private static final class Attempt {
    final Map<String, byte[]> durable = new HashMap<>();
    final RangeSet flushed = new RangeSet(1 << 16);
    final RangeSet written = new RangeSet(1 << 16);
    final OpenedPart part;
    final Path root;

    Attempt(Path root, byte[] content) throws IOException {
      this.root = root;
      this.part = TestPartialFiles.open(root, file("file", content));
      for (ByteRange range : part.verified()) {
        written.add(range.start(), range.end());
        flushed.add(range.start(), range.end());
      }
      if (!part.verified().isEmpty()) {
        durable.putAll(read(root));
      }
    }

    void write(byte[] content, int from, int to) throws IOException {
      long before = part.backlogBytes() + (to - from);
      part.write(from, ByteBuffer.wrap(content, from, to - from));
      written.add(from, to);
      if (part.backlogBytes() < before - (to - from)) {
        durable.putAll(read(root));
        for (int i = 0; i < written.rangeCount(); i++) {
          flushed.add(written.start(i), written.end(i));
        }
      }
    }
  }

  private Path newRoot() throws IOException {
    return Files.createDirectory(temporary.resolve("root-" + roots++));
  }

  /** What the disk holds when the power is back. */
  private Path cut(Attempt attempt, Random random) throws IOException {
    Path after = newRoot();
    for (Map.Entry<String, byte[]> now : read(attempt.root).entrySet()) {
      byte[] old = attempt.durable.get(now.getKey());
      if (old != null || random.nextInt(8) != 0) {
        byte[] left = mix(old == null ? new byte[0] : old, now.getValue(), random);
        Files.write(after.resolve(now.getKey()), left);
      }
    }
    attempt.part.discard();
    return after;
  }

  /** Each page as it was or as it was to be; what is new may be zeros, or what lay there before. */
  private static byte[] mix(byte[] old, byte[] now, Random random) {
    int length = old.length + random.nextInt(now.length - old.length + 1);
    byte[] mixed = Arrays.copyOf(now, random.nextBoolean() ? length : now.length);
    int lost = random.nextInt(4);
    for (int at = 0; at < mixed.length; at += PAGE) {
      int end = Math.min(mixed.length, at + PAGE);
      if (random.nextInt(3) < lost) {
        byte[] page = new byte[end - at];
        if (random.nextInt(4) == 0) {
          random.nextBytes(page);
        }
        System.arraycopy(page, 0, mixed, at, page.length);
        if (at < old.length) {
          System.arraycopy(old, at, mixed, at, Math.min(old.length, end) - at);
        }
      }
    }
    return mixed;
  }

  /** Only whole blocks are found again. */
  private static void shouldHaveWhatWasFlushed(Attempt next, RangeSet flushed, int size) {
    for (long start = 0; start < size; start += BLOCK) {
      long end = Math.min(size, start + BLOCK);
      if (flushed.containsAll(start, end)) {
        assertThat(next.written.containsAll(start, end)).as("block at %s", start).isTrue();
      }
    }
  }

  private static void shouldEndWell(Attempt attempt, byte[] content, String what)
      throws IOException {
    TestPartialFiles.writeMissing(attempt.part, content);
    Outcome outcome = TestPartialFiles.publish(attempt.part, content);
    assertThat(outcome.failure()).as(what).isNull();
    assertThat(attempt.root.resolve("file")).as(what).hasBinaryContent(content);
    assertThat(TestStore.tree(attempt.root)).as(what).containsExactly("file");
  }

  static IntStream writes() {
    return IntStream.range(0, SMALL / PIECE + 2);
  }

  @ParameterizedTest
  @MethodSource("writes")
  void shouldSendTheFileThoughThePowerFailsAfterAnyWrite(int writes) throws IOException {
    byte[] content = content(SMALL, 1);
    for (long seed = 0; seed < 8; seed++) {
      Attempt attempt = new Attempt(newRoot(), content);
      for (int i = 0; i < writes; i++) {
        attempt.write(content, Math.min(SMALL, i * PIECE), Math.min(SMALL, (i + 1) * PIECE));
      }
      Attempt next = new Attempt(cut(attempt, new Random(seed)), content);
      shouldEndWell(next, content, "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldFindWhatWasFlushedHoweverOftenThePowerFails(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] content = content(LARGE, seed);
    Attempt attempt = new Attempt(newRoot(), content);
    for (int cuts = 0; cuts < 3; cuts++) {
      int writes = random.nextInt(LARGE / PIECE);
      boolean anywhere = random.nextBoolean();
      for (int i = 0; i < writes; i++) {
        int from = (int) attempt.written.firstGap(anywhere ? random.nextInt(LARGE) : 0);
        attempt.write(content, Math.min(from, LARGE), Math.min(LARGE, from + PIECE));
      }
      Attempt next = new Attempt(cut(attempt, random), content);
      shouldHaveWhatWasFlushed(next, attempt.flushed, LARGE);
      attempt = next;
    }
    shouldEndWell(attempt, content, "seed " + seed);
  }
}
