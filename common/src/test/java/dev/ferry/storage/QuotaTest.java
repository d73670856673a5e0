package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a root may hold in sum. */
@DisabledOnOs(OS.WINDOWS)
class QuotaTest {
  private static final Bytes ONE = Bytes.copyOf(new byte[] {1, 0, 0, 0});
  private static final Bytes TWO = Bytes.copyOf(new byte[] {2, 0, 0, 0});

  @TempDir Path root;
  private final Queue<Runnable> counts = new ArrayDeque<>();
  private long nowNs;
  private int transfers;

  private DiskLabStore open(long bytes, long names) throws IOException {
    DiskLabStore store = openUncounted(bytes, names);
    count();
    return store;
  }

  private DiskLabStore openUncounted(long bytes, long names) throws IOException {
    AccessRules access = new AccessRules(true, true, List.of(), NameRules.PORTABLE, true, true);
    StoreOptions options =
        new StoreOptions(true, Long.MAX_VALUE, 0)
            .withAccess(access)
            .withQuota(new Quota(bytes, names));
    return DiskLabStore.open(
        root,
        options,
        new DiskLabStore.Workers(Runnable::run, new FairWorkers(Runnable::run), counts::add),
        AT_ONCE,
        () -> nowNs);
  }

  private void count() {
    counts.remove().run();
  }

  private Bytes transfer() {
    return transfer(transfers++);
  }

  private static Bytes transfer(int number) {
    return Bytes.copyOf(ByteBuffer.allocate(16).putInt(number).array());
  }

  private ReceiveRequest request(String name, long size, Bytes owner) {
    return request(transfer(), name, size, owner, false);
  }

  private static ReceiveRequest request(
      Bytes transfer, String name, long size, Bytes owner, boolean many) {
    FileAttributes attributes = new FileAttributes(size, MODIFIED_NS, 0b110_000_100);
    return new ReceiveRequest(transfer, name, attributes, false, false, false, owner, many);
  }

  private Opening begin(DiskLabStore store, String name, long size) {
    return opening(store.parts(), request(name, size, ONE));
  }

  private static RefusalReason reason(Opening opening) {
    StorageException failure = opening.failure();
    return failure == null ? null : failure.reason();
  }

  private RefusalReason put(DiskLabStore store, String name, int size) throws IOException {
    return put(store, request(name, size, ONE));
  }

  private static RefusalReason put(DiskLabStore store, ReceiveRequest request) throws IOException {
    return send(store, request, content((int) request.attributes().sizeBytes(), 1)).reason();
  }

  private static Outcome send(DiskLabStore store, ReceiveRequest request, byte[] content) {
    Opening opening = opening(store.parts(), request);
    if (opening.failure() != null) {
      return new Outcome(null, opening.failure());
    }
    OpenedPart part = opening.part.join();
    try {
      writeMissing(part, content);
    } catch (StorageException e) {
      part.discard();
      return new Outcome(null, e);
    }
    return publish(part, content);
  }

  private RefusalReason make(DiskLabStore store, FileKind kind, String name, String text) {
    byte[] content = text.getBytes(UTF_8);
    FileAttributes attributes =
        new FileAttributes(kind, content.length, MODIFIED_NS, 0b111_000_000);
    return send(
            store,
            new ReceiveRequest(transfer(), name, attributes, false, false, false, ONE),
            content)
        .reason();
  }

  private RefusalReason remove(DiskLabStore store, String name) {
    RefusalReason[] reason = {null};
    AccessRules access = new AccessRules(true, true, List.of(), NameRules.PORTABLE, true, true);
    new DiskRemovals(root, access, Runnable::run, AT_ONCE)
        .countedBy(store)
        .ofOwner(ONE)
        .remove(
            name,
            new RemovalStore.Listener() {
              @Override
              public void removed(long nowNs) {}

              @Override
              public void failed(StorageException cause, long nowNs) {
                reason[0] = cause.reason();
              }
            },
            0);
    return reason[0];
  }

  /** The lengths of all files, part files among them. */
  private long bytesThere() throws IOException {
    long bytes = 0;
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        boolean isContent =
            Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && !path.toString().endsWith(".journal");
        bytes += isContent ? Files.size(path) : 0;
      }
    }
    return bytes;
  }

  private long namesThere() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(path -> !path.toString().contains(".ferry-")).count() - 1;
    }
  }

  @Test
  void shouldLetInAsManyOfManyAsFit() throws IOException {
    DiskLabStore store = open(10_000, Long.MAX_VALUE);
    List<Opening> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(begin(store, "f" + i, 3_000));
    }
    assertThat(all.stream().filter(opening -> opening.failure() == null)).hasSize(3);
    assertThat(all.get(3).failure().told())
        .isEqualTo("its quota of 10000 bytes has no room for 3000 bytes more");
    for (Opening each : all.subList(0, 3)) {
      write(each.part.join(), content(3_000, 1), 0, 3_000);
      assertThat(publish(each.part.join(), content(3_000, 1)).reason()).isNull();
    }
    assertThat(bytesThere()).isEqualTo(9_000);
    assertThat(put(store, "last", 1_001)).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(put(store, "last", 1_000)).isNull();
    assertThat(put(store, "another", 1)).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(put(store, "empty", 0)).isNull();
  }

  @Test
  void shouldLetInAsManyNamesAsThereMayBe() throws IOException {
    DiskLabStore store = open(Long.MAX_VALUE, 5);
    assertThat(put(store, "d/a", 10)).isNull();
    List<Opening> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(begin(store, "f" + i, 0));
    }
    assertThat(all.stream().filter(opening -> opening.failure() == null)).hasSize(3);
    assertThat(all.get(3).failure().told())
        .isEqualTo("it stores no more than 5 files and directories, which are there");
    // Replaced, not added.
    assertThat(reason(begin(store, "d/a", 10))).isNull();
    all.subList(0, 2).forEach(each -> each.part.join().discard());
    assertThat(publish(all.get(2).part.join(), content(0, 1)).reason()).isNull();
    // The directory takes the place of the file that needs it.
    assertThat(put(store, "e/f/b", 10)).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(namesThere()).isLessThanOrEqualTo(5);
  }

  /** Who announces files in vain does not keep others out, and still no more are stored. */
  @Test
  void shouldDecideAmongOwnersWhenAFileIsComplete() throws IOException {
    DiskLabStore store = open(Long.MAX_VALUE, 4);
    for (int i = 0; i < 60; i++) {
      opening(store.parts(), request("silent" + i, 0, TWO));
    }
    List<OpenedPart> own = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      own.add(begin(store, "f" + i, 0).part.join());
    }
    assertThat(put(store, "f2", 0)).isEqualTo(RefusalReason.NO_SPACE);
    own.forEach(part -> assertThat(publish(part, content(0, 1)).reason()).isNull());
  }

  @Test
  void shouldGiveBackWhatAReplacementSaves() throws IOException {
    DiskLabStore store = open(100_000, Long.MAX_VALUE);
    assertThat(put(store, "a", 60_000)).isNull();
    assertThat(put(store, "a", 40_001)).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(put(store, "a", 30_000)).isNull();
    assertThat(put(store, "b", 70_000)).isNull();
    assertThat(remove(store, "b")).isNull();
    assertThat(put(store, "c", 70_000)).isNull();
    assertThat(put(store, "d", 1)).isEqualTo(RefusalReason.NO_SPACE);
  }

  @Test
  void shouldCountEachNameOfAFile() throws IOException {
    DiskLabStore store = open(100_000, 3);
    assertThat(put(store, "a", 40_000)).isNull();
    assertThat(make(store, FileKind.OTHER_NAME, "b", "a")).isNull();
    assertThat(make(store, FileKind.OTHER_NAME, "c", "a")).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(make(store, FileKind.LINK, "l", "a")).isNull();
    assertThat(make(store, FileKind.DIRECTORY, "d", "")).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(remove(store, "b")).isNull();
    assertThat(make(store, FileKind.DIRECTORY, "d", "")).isNull();
    assertThat(put(store, "a", 60_000)).isNull();
  }

  @Test
  void shouldEndAStreamAtTheQuota() throws IOException {
    DiskLabStore store = open(1_000_000, Long.MAX_VALUE);
    ReceiveRequest stream = request("s", FileAttributes.UNKNOWN_SIZE, ONE);
    OpenedPart part = opening(store.parts(), stream).part.join();
    byte[] content = content(1_500_000, 1);
    StorageException failure = null;
    int sent = 0;
    while (failure == null && sent < content.length) {
      try {
        write(part, content, sent, sent + 1_000);
        sent += 1_000;
      } catch (StorageException e) {
        failure = e;
      }
      assertThat(bytesThere()).isLessThanOrEqualTo(1_000_000);
    }
    assertThat(failure.reason()).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(failure.told()).contains("its quota of 1000000 bytes");
    part.discard();
    assertThat(put(store, "all", 1_000_000)).isNull();
  }

  @Test
  void shouldTakeLabFilesOnlyAsFarAsTheyFit() throws IOException {
    DiskLabStore store = open(10_000, 2);
    assertThat(TestStore.upload(store, "a", content(6_000, 1)).reason()).isNull();
    assertThat(TestStore.upload(store, "b", content(6_000, 1)).reason())
        .isEqualTo(RefusalReason.NO_SPACE);
    assertThat(TestStore.upload(store, "b", content(4_000, 1)).reason()).isNull();
    assertThat(TestStore.upload(store, "c", content(0, 1)).reason())
        .isEqualTo(RefusalReason.NO_SPACE);
    assertThat(TestStore.upload(store, "b", content(0, 1)).reason()).isNull();
  }

  @Test
  void shouldGiveTheRoomOfKeptPartsToWhatIsWritten() throws IOException {
    DiskLabStore store = open(3_000_000, Long.MAX_VALUE);
    ReceiveRequest kept = request("kept", 2_000_000, ONE);
    OpenedPart part = opening(store.parts(), kept).part.join();
    write(part, content(2_000_000, 1), 0, 1_500_000);
    part.keep();
    assertThat(bytesThere()).isGreaterThan(1_000_000);
    assertThat(put(store, "a", 1_400_000)).isNull();
    assertThat(opening(store.parts(), kept).part.join().present()).isNotEmpty();
    assertThat(put(store, "b", 1_600_000)).isEqualTo(RefusalReason.NO_SPACE);
  }

  @Test
  void shouldTakeNothingBeforeItHasCounted() throws IOException {
    DiskLabStore first = open(10_000, 10);
    assertThat(put(first, "d/a", 6_000)).isNull();
    DiskLabStore again = openUncounted(10_000, 10);
    assertThat(reason(begin(again, "b", 1))).isEqualTo(RefusalReason.BUSY);
    assertThat(TestStore.upload(again, "b", content(1, 1)).reason()).isEqualTo(RefusalReason.BUSY);
    assertThat(make(again, FileKind.LINK, "l", "x")).isEqualTo(RefusalReason.BUSY);
    count();
    assertThat(put(again, "b", 4_001)).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(put(again, "b", 4_000)).isNull();
  }

  @Test
  void shouldNoticeWhatOtherProgramsHaveDone() throws IOException {
    DiskLabStore store = open(10_000, Long.MAX_VALUE);
    assertThat(put(store, "a", 6_000)).isNull();
    Files.write(root.resolve("b"), content(3_000, 1));
    assertThat(put(store, "c", 1_001)).isNull();
    Files.delete(root.resolve("c"));
    store.tidy();
    assertThat(put(store, "d", 1_001)).isNull(); // In the middle of it: counted at any rate.
    count();
    assertThat(put(store, "e", 1)).isEqualTo(RefusalReason.NO_SPACE);
    nowNs += 600 * Nanos.SECOND;
    Files.delete(root.resolve("a"));
    store.tidy();
    count();
    assertThat(put(store, "e", 5_000)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldNeverHoldMoreAndAlwaysKnowHowMuch(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    long mostBytes = 700_000;
    DiskLabStore store = open(mostBytes, 14);
    for (int i = 0; i < 150; i++) {
      String name = (random.nextBoolean() ? "" : "d" + random.nextInt(3) + "/") + random.nextInt(9);
      int size = random.nextInt(300_000);
      int number = random.nextInt(10);
      switch (random.nextInt(7)) {
        case 0 -> put(store, name, size);
        case 1 -> put(store, request(transfer(), name, size / 5, TWO, true));
        case 2 -> keepSome(store, number);
        case 3 -> remove(store, name);
        case 4 -> make(store, FileKind.OTHER_NAME, name + "x", name);
        case 5 -> TestStore.upload(store, name, content(size / 3, seed));
        default -> make(store, FileKind.DIRECTORY, "d" + number, "");
      }
      assertThat(bytesThere()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(mostBytes);
      assertThat(namesThere()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(14);
      RootQuota quota = store.root().quota();
      assertThat(quota.arrivingBytes()).as("seed %d, step %d", seed, i).isZero();
      assertThat(quota.names()).as("seed %d, step %d", seed, i).isEqualTo(namesThere());
    }
    for (String own : TestStore.tree(root)) {
      if (own.startsWith(".ferry-")) {
        Files.delete(root.resolve(own));
      }
    }
    assertThat(store.root().quota().bytes()).isEqualTo(bytesThere());
  }

  /** A transfer that goes on with what was kept of it, and breaks off once more. */
  private static void keepSome(DiskLabStore store, int number) throws IOException {
    byte[] content = content(600_000, number);
    ReceiveRequest request =
        request(transfer(1_000_000 + number), "k" + number, content.length, ONE, false);
    Opening opening = opening(store.parts(), request);
    if (opening.failure() != null) {
      return;
    }
    OpenedPart part = opening.part.join();
    write(part, content, 0, 300_000 + 20_000 * number);
    part.keep();
  }
}
