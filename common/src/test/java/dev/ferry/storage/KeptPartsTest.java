package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.KeptParts.Kept;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Part files that nobody comes back for. */
class KeptPartsTest {
  private static final long DAY_NS = 24 * 60 * 60 * Nanos.SECOND;
  private static final long TODAY_NS = 20_000 * DAY_NS;
  private static final long WEEK_NS = 7 * DAY_NS;

  @TempDir Path temporary;
  private Path root;
  private long nowNs = TODAY_NS;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  private PartialFileStore store(long maxPartBytes) throws IOException {
    StoreOptions options = new StoreOptions(true, Long.MAX_VALUE, 0, WEEK_NS, maxPartBytes);
    return DiskLabStore.open(
            root,
            options,
            TestStore.workers(Runnable::run),
            TestStore.AT_ONCE,
            () -> 0,
            () -> nowNs)
        .parts();
  }

  /** Keeps a part file of one block, and makes it as old as it is to be. */
  private PartName keep(PartialFileStore store, int number, long modifiedNs) throws IOException {
    byte[] content = content(BLOCK + 1, number);
    OpenedPart part =
        TestPartialFiles.open(store, file(id(number), "file", BLOCK + 1, MODIFIED_NS));
    List<String> before = tree(root);
    write(part, content, 0, BLOCK);
    part.keep();
    PartName name = null;
    for (String entry : before) {
      PartName candidate = PartName.ofPart(entry);
      if (candidate != null && !known.contains(candidate)) {
        name = candidate;
      }
    }
    known.add(name);
    if (Files.exists(root.resolve(name.part()))) {
      Files.setLastModifiedTime(
          root.resolve(name.part()), FileTime.from(modifiedNs, TimeUnit.NANOSECONDS));
    }
    return name;
  }

  private final List<PartName> known = new ArrayList<>();

  private static Bytes id(int number) {
    return Bytes.copyOf(new byte[] {(byte) number});
  }

  private void assertKept(PartName... names) throws IOException {
    List<String> expected = new ArrayList<>();
    for (PartName name : names) {
      expected.add(name.part());
      expected.add(name.journal());
    }
    assertThat(tree(root)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void shouldRemoveWhatIsOlderThanAWeekWhenItStarts() throws IOException {
    PartialFileStore store = store(1L << 40);
    keep(store, 1, TODAY_NS - WEEK_NS - 1_000_000);
    PartName young = keep(store, 2, TODAY_NS - WEEK_NS);
    PartName future = keep(store, 3, TODAY_NS + 100 * WEEK_NS);
    store(1L << 40);
    assertKept(young, future);
  }

  @Test
  void shouldRemoveWhatExpiresWhileItRuns() throws IOException {
    keep(store(1L << 40), 1, TODAY_NS - WEEK_NS + Nanos.SECOND);
    PartialFileStore store = store(1L << 40);
    nowNs += 2 * Nanos.SECOND;
    TestPartialFiles.open(store, file(id(2), "other", 1, 0)).discard();
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldRemoveTheOldestBeyondTheTotalSize() throws IOException {
    PartialFileStore roomy = store(1L << 40);
    PartName third = keep(roomy, 1, TODAY_NS - 3 * DAY_NS);
    keep(roomy, 2, TODAY_NS - 5 * DAY_NS);
    PartName second = keep(roomy, 3, TODAY_NS - 2 * DAY_NS);
    keep(roomy, 4, TODAY_NS - 4 * DAY_NS);
    PartialFileStore tight = store(2 * BLOCK);
    assertKept(third, second);
    PartName newest = keep(tight, 5, TODAY_NS);
    assertKept(second, newest);
  }

  @Test
  void shouldKeepTheLastOneHoweverLargeItIs() throws IOException {
    PartialFileStore store = store(1);
    keep(store, 1, TODAY_NS - DAY_NS);
    PartName last = keep(store(1), 2, TODAY_NS);
    assertKept(last);
    store(1);
    assertKept(last);
  }

  @Test
  void shouldKeepNothingIfNothingIsToBeKept() throws IOException {
    keep(store(0), 1, TODAY_NS);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldNotRemoveWhatIsInUse() throws IOException {
    PartialFileStore store = store(1L << 40);
    keep(store, 1, TODAY_NS);
    OpenedPart part = TestPartialFiles.open(store, file(id(1), "file", BLOCK + 1, MODIFIED_NS));
    assertThat(part.verified()).hasSize(1);
    nowNs += 100 * DAY_NS;
    store(0);
    TestPartialFiles.open(store, file(id(2), "other", 1, 0)).discard();
    assertThat(tree(root)).hasSize(2);
    part.discard();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void shouldTakeAnyTimeOfModification(long modifiedNs) {
    KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0));
    kept.add(new Kept(new PartName(".ferry-1"), id(1), Bytes.EMPTY, modifiedNs, 1));
    assertThat(kept.takeExcess(TODAY_NS)).hasSize(modifiedNs < TODAY_NS ? 1 : 0);
  }

  @Test
  void shouldNeverExpireIfTheAgeIsUnlimited() {
    KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0, Long.MAX_VALUE, 100));
    kept.add(new Kept(new PartName(".ferry-1"), id(1), Bytes.EMPTY, 0, 1));
    assertThat(kept.takeExcess(TODAY_NS)).isEmpty();
  }

  @Test
  void shouldBoundTheirNumber() {
    KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0));
    for (int i = 0; i < KeptParts.MAX_PARTS + 3; i++) {
      kept.add(new Kept(new PartName(".ferry-" + i), id(i), Bytes.EMPTY, TODAY_NS - i, 0));
    }
    assertThat(kept.takeExcess(TODAY_NS))
        .extracting(each -> TODAY_NS - each.modifiedNs())
        .containsExactly(
            KeptParts.MAX_PARTS + 2L, KeptParts.MAX_PARTS + 1L, (long) KeptParts.MAX_PARTS);
  }

  /** Small files that break off leave many of them, for little that was sent. */
  @Test
  void shouldBoundWhatTheyTakeOfASmallHeap() {
    KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0), 64 << 20);
    for (int i = 0; i < KeptParts.MAX_PARTS; i++) {
      kept.add(new Kept(new PartName(".ferry-" + i), id(i), Bytes.EMPTY, TODAY_NS - i, 8192));
    }
    kept.takeExcess(TODAY_NS);
    assertThat(kept.names()).hasSize((1 << 20) / KeptParts.BYTES_EACH);
  }

  @Test
  void shouldTakeAllOfATransfer() {
    KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0));
    for (int i = 0; i < 6; i++) {
      kept.add(new Kept(new PartName(".ferry-" + i), id(i % 2), Bytes.EMPTY, TODAY_NS, 1));
    }
    assertThat(kept.take(id(1))).hasSize(3);
    assertThat(kept.take(id(1))).isEmpty();
    assertThat(kept.take(id(0))).hasSize(3);
  }

  private static final Bytes MALLORY = Bytes.copyOf(new byte[] {66});

  private static Kept kept(int number, Bytes owner, long modifiedNs, long bytes) {
    return new Kept(new PartName(".ferry-" + number), id(number), owner, modifiedNs, bytes);
  }

  /** Whoever leaves the most loses the oldest of it, however old that of others is. */
  @Test
  void shouldNotRemoveAnotherOwnersBecauseOfMany() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0, WEEK_NS, 100));
    parts.add(kept(1, id(1), TODAY_NS - DAY_NS, 20));
    parts.add(kept(2, id(2), TODAY_NS - 2 * DAY_NS, 30));
    for (int i = 3; i < 50; i++) {
      parts.add(kept(i, MALLORY, TODAY_NS + i, 10));
    }
    List<Kept> excess = parts.takeExcess(TODAY_NS);
    assertThat(excess).hasSize(42).allMatch(each -> each.owner().equals(MALLORY));
    assertThat(parts.totalBytes()).isEqualTo(100);
    assertThat(excess).extracting(Kept::modifiedNs).isSorted();
  }

  @Test
  void shouldNotRemoveAnotherOwnersBecauseOfOneThatIsHuge() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0, WEEK_NS, 100));
    parts.add(kept(1, id(1), TODAY_NS - DAY_NS, 20));
    parts.add(kept(2, MALLORY, TODAY_NS - 1, 20));
    parts.add(kept(3, MALLORY, TODAY_NS, 1000));
    assertThat(parts.takeExcess(TODAY_NS))
        .extracting(Kept::modifiedNs)
        .containsExactly(TODAY_NS - 1);
    parts.add(kept(4, id(1), TODAY_NS + 1, 10));
    assertThat(parts.takeExcess(TODAY_NS)).extracting(Kept::modifiedNs).containsExactly(TODAY_NS);
  }

  @Test
  void shouldNotRemoveAnotherOwnersBecauseOfTheirNumber() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0));
    parts.add(kept(0, id(1), TODAY_NS - DAY_NS, 1 << 20));
    for (int i = 1; i < KeptParts.MAX_PARTS + 3; i++) {
      parts.add(kept(i, MALLORY, TODAY_NS + i, 0));
    }
    assertThat(parts.takeExcess(TODAY_NS))
        .extracting(Kept::modifiedNs)
        .containsExactly(TODAY_NS + 1, TODAY_NS + 2, TODAY_NS + 3);
  }

  /** A network of IPv6 as {@link Kept} has it. */
  private static Bytes network(int site, int subnet) {
    return Bytes.copyOf(
        ByteBuffer.allocate(8)
            .putInt(0x20010db8)
            .putShort((short) site)
            .putShort((short) subnet)
            .flip());
  }

  /** Whoever has a /48 has 65,536 networks, and leaves a little from each. */
  @Test
  void shouldCountTheNetworksOfOneSiteTogether() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0, WEEK_NS, 100));
    parts.add(kept(1, network(1, 0), TODAY_NS - DAY_NS, 20));
    parts.add(kept(2, id(1), TODAY_NS - 2 * DAY_NS, 20));
    for (int i = 3; i < 50; i++) {
      parts.add(kept(i, network(0xbad, i << 8), TODAY_NS + i, 10));
    }
    List<Kept> excess = parts.takeExcess(TODAY_NS);
    assertThat(excess).extracting(Kept::owner).doesNotContain(network(1, 0), id(1));
    assertThat(excess).hasSize(41).extracting(Kept::modifiedNs).isSorted();
    assertThat(parts.totalBytes()).isEqualTo(100);
  }

  @Test
  void shouldCountTheNetworksOfOneSiteTogetherByTheirNumber() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0));
    parts.add(kept(0, network(1, 0), TODAY_NS - DAY_NS, 1 << 20));
    parts.add(kept(1, network(1, 0), TODAY_NS - DAY_NS, 1 << 20));
    for (int i = 2; i < KeptParts.MAX_PARTS + 2; i++) {
      parts.add(kept(i, network(0xbad, i), TODAY_NS + i, 0));
    }
    assertThat(parts.takeExcess(TODAY_NS))
        .hasSize(2)
        .allMatch(each -> each.modifiedNs() > TODAY_NS);
  }

  /** The customers of one provider may share a /48, and have a /56 or a /64 each. */
  @Test
  void shouldNotRemoveANeighboursWithinASite() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0, WEEK_NS, 100));
    parts.add(kept(1, network(1, 0x100), TODAY_NS - DAY_NS, 20));
    parts.add(kept(2, network(1, 0x201), TODAY_NS - DAY_NS, 20));
    for (int i = 3; i < 20; i++) {
      parts.add(kept(i, network(1, 0x200), TODAY_NS + i, 10));
    }
    assertThat(parts.takeExcess(TODAY_NS))
        .hasSize(11)
        .allMatch(each -> each.owner().equals(network(1, 0x200)));
  }

  @Test
  void shouldRemoveTheOldestOfThoseWhoHaveTheSame() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0));
    for (int i = 0; i < 20; i++) {
      parts.add(kept(i, network(i * 7 % 20, i), TODAY_NS + i * 7 % 20, 10));
    }
    List<Long> times = new ArrayList<>();
    while (!parts.isEmpty()) {
      times.add(parts.takeForRoom().modifiedNs());
    }
    assertThat(times).hasSize(20).isSorted();
  }

  @Test
  void shouldGiveWayFirstWhereTheMostIs() {
    KeptParts parts = new KeptParts(new StoreOptions(true, 0, 0));
    parts.add(kept(1, id(1), TODAY_NS - DAY_NS, 20));
    parts.add(kept(2, MALLORY, TODAY_NS, 15));
    parts.add(kept(3, MALLORY, TODAY_NS + 1, 15));
    assertThat(parts.takeForRoom().modifiedNs()).isEqualTo(TODAY_NS);
    assertThat(parts.takeForRoom().owner()).isEqualTo(id(1));
    assertThat(parts.takeForRoom().modifiedNs()).isEqualTo(TODAY_NS + 1);
    assertThat(parts.takeForRoom()).isNull();
    assertThat(parts.totalBytes()).isZero();
  }

  /** A file with gaps takes little, however long it is, and a process that comes later knows. */
  @Test
  void shouldCountWhatIsTakenOfTheDisk() throws IOException {
    long length = 64L << 20;
    PartialFileStore first = store(8L << 20);
    for (int i = 0; i < 3; i++) {
      OpenedPart part =
          TestPartialFiles.open(
              first, file(id(i), "file" + i, length, MODIFIED_NS).ofOwner(MALLORY));
      write(part, content(BLOCK, i), 0, BLOCK);
      for (int j = 0; j < 10; j++) {
        part.write(length - 1 - j * 10_000L, ByteBuffer.wrap(new byte[1]));
      }
      part.keep();
    }
    assertThat(tree(root)).hasSize(6);
    assertThat(useOfAll()).containsOnly(BLOCK + 10 * 4096L);

    // Each takes a little more than it did.
    OpenedPart again =
        TestPartialFiles.open(
            store(8L << 20), file(id(0), "file0", length, MODIFIED_NS).ofOwner(MALLORY));
    again.write(BLOCK, ByteBuffer.wrap(new byte[4097]));
    again.keep();
    store(8L << 20);
    assertThat(useOfAll())
        .containsExactlyInAnyOrder(BLOCK + 10 * 4096L, BLOCK + 10 * 4096L, BLOCK + 12 * 4096L);
    store(BLOCK + 10 * 4096L);
    assertThat(tree(root)).hasSize(2);
  }

  /** What a process finds that starts now. */
  private List<Long> useOfAll() throws IOException {
    try (Directory directory = Directory.open(root)) {
      return StalePartSweeper.sweep(directory, (part, action) -> action.run(), part -> false)
          .stream()
          .map(Kept::takenBytes)
          .toList();
    }
  }

  /** Of what a killed process has left nobody knows how much of it there is. */
  @Test
  void shouldCountTheLengthOfWhatWasNotClosed() throws IOException {
    OpenedPart part =
        TestPartialFiles.open(store(1L << 40), file(id(1), "file", 1 << 20, MODIFIED_NS));
    write(part, content(BLOCK, 1), 0, BLOCK);
    part.write(3 * BLOCK, ByteBuffer.allocate(BLOCK));
    Path copy = TestPartialFiles.crash(root, temporary.resolve("copy"));
    part.discard();
    try (Directory directory = Directory.open(copy)) {
      assertThat(StalePartSweeper.sweep(directory, (each, action) -> action.run(), each -> false))
          .extracting(Kept::takenBytes)
          .containsExactly(1L << 20);
    }
  }
}
