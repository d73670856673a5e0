package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.KeptParts.Kept;
import dev.ferry.storage.SpaceLedger.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SpaceLedger}. */
class SpaceLedgerTest {
  private static final long MIB = 1 << 20;
  private static final long RESERVE = 100 * MIB;
  private static final Bytes ONE = Bytes.copyOf(new byte[] {1});
  private static final Bytes TWO = Bytes.copyOf(new byte[] {2});
  private static final Bytes THREE = Bytes.copyOf(new byte[] {3});

  private final TestDisk disk = new TestDisk(200 * MIB);
  private final KeptParts kept = new KeptParts(new StoreOptions(true, 0, 0));
  private final List<Kept> removed = new ArrayList<>();
  private final SpaceLedger ledger =
      new SpaceLedger(
          disk,
          RESERVE,
          kept,
          new RootQuota(Quota.NONE),
          victim -> {
            removed.add(victim);
            disk.usableBytes += victim.takenBytes();
          });

  private static void assertFull(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
  }

  private void keep(int number, long bytes) {
    Bytes transfer = Bytes.copyOf(new byte[] {(byte) number});
    kept.add(new Kept(new PartName(".ferry-" + number), transfer, ONE, number, bytes));
    disk.usableBytes -= bytes;
  }

  /** What a promise has written, as far as the disk is concerned. */
  private boolean write(Promise promise, long bytes) throws IOException {
    disk.usableBytes -= bytes;
    return promise.used(bytes);
  }

  @Test
  void shouldPromiseNothingTwice() throws IOException {
    Promise first = ledger.promise(ONE, 90 * MIB, 0, 0);
    assertFull(() -> ledger.promise(ONE, 90 * MIB, 0, 0));
    ledger.promise(ONE, 10 * MIB, 0, 0).end();
    write(first, 50 * MIB);
    assertFull(() -> ledger.promise(ONE, 10 * MIB + 1, 0, 0));
    Promise second = ledger.promise(ONE, 10 * MIB, 0, 0);
    first.end();
    first.end();
    ledger.promise(ONE, 40 * MIB, 0, 0);
    second.end();
    assertFull(() -> ledger.promise(ONE, 10 * MIB + 1, 0, 0));
  }

  /** A file of unknown size has what it needs, and a little more; others have the rest. */
  @Test
  void shouldPromiseAsAFileGrows() throws IOException {
    Promise growing = ledger.promiseAsItGrows(ONE, 0);
    ledger.promise(ONE, 100 * MIB, 0, 0).end();
    write(growing, MIB);
    ledger.promise(ONE, 40 * MIB, 0, 0).end();
    assertFull(() -> ledger.promise(ONE, 60 * MIB, 0, 0));
    for (int i = 0; i < 70; i++) {
      write(growing, MIB);
    }
    Promise other = ledger.promise(TWO, 10 * MIB, 0, 0);
    write(other, 9 * MIB);
    assertFull(
        () -> {
          while (ledgersRoom() > 0) {
            write(growing, MIB);
          }
        });
    assertThat(ledgersRoom()).isBetween(MIB, 3 * MIB);
    growing.end();
    write(other, MIB);
    other.end();
    ledger.promise(THREE, ledgersRoom(), 0, 0).end();
  }

  private long ledgersRoom() {
    return disk.usableBytes - RESERVE;
  }

  @Test
  void shouldLetOneInOfManyAtOnce() {
    AtomicInteger letIn = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  ledger.promise(ONE, 90 * MIB, 0, 0);
                  letIn.incrementAndGet();
                } catch (IOException e) {
                  // As it should be.
                }
              }));
    }
    all.forEach(CompletableFuture::join);
    assertThat(letIn).hasValue(1);
  }

  /** Promises cost nothing: what an owner has not begun to send leaves half to others. */
  @Test
  void shouldLeaveRoomToOthers() throws IOException {
    Promise silent = ledger.promise(ONE, 100 * MIB, 0, 0);
    assertFull(() -> ledger.promise(ONE, 1, 0, 0));
    assertFull(() -> ledger.promise(TWO, 50 * MIB + 1, 0, 0));
    ledger.promise(TWO, 50 * MIB, 0, 0).end();
    write(silent, 10 * MIB);
    assertFull(() -> ledger.promise(TWO, 1, 0, 0));
  }

  @Test
  void shouldPromiseNothingToWhoeverProvesNothing() throws IOException {
    Promise blind = ledger.expect(100 * MIB, 0);
    ledger.promise(TWO, 100 * MIB, 0, 0);
    assertFull(() -> ledger.expect(50 * MIB + 1, 0));
    assertThat(write(blind, 100 * MIB)).isFalse();
    assertFull(() -> write(blind, SpaceLedger.MEASURE_EVERY_BYTES));
  }

  /** Both were let in, and do not fit together: who has sent more by then goes on. */
  @Test
  void shouldEndWhoeverIsBehind() throws IOException {
    Promise large = ledger.promise(ONE, 100 * MIB, 0, 0);
    Promise small = ledger.promise(TWO, 50 * MIB, 0, 0);
    write(small, 2 * MIB);
    write(large, 6 * MIB);
    assertFull(() -> write(small, 2 * MIB));
    small.end();
    disk.usableBytes += 4 * MIB;
    write(large, 94 * MIB);
    assertThat(disk.usableBytes).isEqualTo(RESERVE);
  }

  @Test
  void shouldCountWhatAnEarlierAttemptHasSent() throws IOException {
    Promise resumed = ledger.promise(ONE, 60 * MIB, 6 * MIB, 0);
    Promise other = ledger.promise(TWO, 40 * MIB, 0, 0);
    write(other, 4 * MIB);
    assertFull(() -> ledger.promise(THREE, 1, 0, 0));
    write(other, 36 * MIB);
    write(resumed, 60 * MIB);
    assertThat(disk.usableBytes).isEqualTo(RESERVE);
  }

  /** Those whom nobody promises anything take nothing of what is promised firmly. */
  @Test
  void shouldHoldWhatIsFirmAgainstWhoeverProvesNothing() throws IOException {
    Promise blind = ledger.expect(100 * MIB, 0);
    Promise firm = ledger.promise(ONE, 80 * MIB, 0, 0);
    write(firm, 8 * MIB);
    write(blind, 20 * MIB);
    assertFull(() -> write(blind, 1));
    blind.end();
    disk.usableBytes += 20 * MIB + 1; // It is removed.
    write(firm, 72 * MIB);
    assertThat(disk.usableBytes).isEqualTo(RESERVE + 20 * MIB);
  }

  /** What has to give way is counted anew before anybody is refused. */
  @Test
  void shouldAskTheDiskBeforeItEndsAnything() throws IOException {
    Promise large = ledger.promise(ONE, 100 * MIB, 0, 0);
    Promise small = ledger.promise(TWO, 50 * MIB, 0, 0);
    write(large, 5 * MIB);
    write(small, 2 * MIB);
    keep(1, 40 * MIB);
    disk.usableBytes += 80 * MIB;
    assertThat(write(small, 3 * MIB)).isFalse();
    assertThat(removed).isEmpty();
    write(small, 45 * MIB);
  }

  /**
   * Whoever is let in, and whatever is sent: no file ends that has been promised all of its rest.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldKeepWhatIsPromisedFirmly(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Promise, long[]> open = new LinkedHashMap<>(); // What is left and what was sent.
    int ended = 0;
    for (int i = 0; i < 3_000; i++) {
      if (random.nextInt(10) == 0) {
        Bytes owner = Bytes.copyOf(new byte[] {(byte) random.nextInt(60)});
        long size = 1 + random.nextLong(100 * MIB);
        try {
          open.put(ledger.promise(owner, size, 0, 0), new long[] {size, 0});
        } catch (StorageException e) {
          assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE);
        }
      }
      if (!open.isEmpty()) {
        Promise promise = List.copyOf(open.keySet()).get(random.nextInt(open.size()));
        long[] counts = open.get(promise);
        boolean isFirm = counts[1] * 10 >= counts[0];
        long bytes = Math.min(counts[0], 1 + random.nextLong(MIB));
        counts[0] -= bytes;
        counts[1] += bytes;
        try {
          write(promise, bytes);
        } catch (StorageException e) {
          assertThat(isFirm).as("seed %d, step %d: %s", seed, i, e.getMessage()).isFalse();
          counts[0] = 0;
          ended++;
        }
        if (counts[0] == 0) {
          promise.end();
          open.remove(promise);
          disk.usableBytes += counts[1]; // It is removed, or fetched away.
        }
      }
      assertThat(disk.usableBytes).as("seed %d, step %d", seed, i).isGreaterThan(RESERVE - MIB);
    }
    assertThat(ended).as("seed %d", seed).isPositive();
  }

  @Test
  void shouldKeepTheReserveWhoeverFillsTheDisk() throws IOException {
    Promise one = ledger.promise(ONE, 50 * MIB, 0, 0);
    Promise two = ledger.promise(TWO, 50 * MIB, 0, 0);
    disk.usableBytes -= 90 * MIB;
    long before = disk.usableBytes;
    assertFull(
        () -> {
          while (true) {
            write(one, MIB);
            write(two, MIB);
          }
        });
    assertThat(before - disk.usableBytes)
        .isLessThan(10 * MIB + SpaceLedger.MEASURE_EVERY_BYTES + 1);
  }

  @Test
  void shouldCountWhatIsOnlyKeptAsFree() throws IOException {
    keep(1, 60 * MIB);
    keep(2, 40 * MIB);
    Promise promise = ledger.promise(ONE, 100 * MIB, 0, 0);
    assertThat(removed).as("room for the beginning").hasSize(1);
    assertFull(() -> ledger.promise(ONE, 1, 0, 0));

    assertThat(write(promise, 20 * MIB)).isFalse();
    assertThat(write(promise, 20 * MIB)).isTrue();
    assertThat(write(promise, 10 * MIB)).as("asked for already").isFalse();
    promise.makeRoom();
    assertThat(removed)
        .extracting(each -> each.name().stem())
        .containsExactly(".ferry-1", ".ferry-2");
    assertThat(write(promise, 50 * MIB)).isFalse();
    assertThat(disk.usableBytes).isEqualTo(RESERVE);
  }

  /** Whoever only asks, again and again, has no more than the first room made. */
  @Test
  void shouldRemoveNothingForPromisesAlone() throws IOException {
    disk.usableBytes += 2 * SpaceLedger.ROOM_BYTES - 100 * MIB;
    keep(1, SpaceLedger.ROOM_BYTES);
    keep(2, SpaceLedger.ROOM_BYTES);
    for (int i = 0; i < 100; i++) {
      Promise promise = ledger.promise(THREE, 2 * SpaceLedger.ROOM_BYTES, 0, 0);
      promise.end();
    }
    assertThat(removed).hasSize(1);
    assertThatCode(() -> ledger.promise(ONE, 1, 0, 0)).doesNotThrowAnyException();
  }

  /** What cannot be removed is in the way of what is written, not of what else is promised. */
  @Test
  void shouldNotMindWhatCannotBeRemoved() throws IOException {
    SpaceLedger stuck =
        new SpaceLedger(
            disk,
            RESERVE,
            kept,
            new RootQuota(Quota.NONE),
            victim -> {
              throw new IOException("stuck");
            });
    keep(1, 90 * MIB);
    stuck.promise(ONE, 50 * MIB, 0, 0).end();
    disk.usableBytes += 90 * MIB;
    stuck.promise(ONE, 100 * MIB, 0, 0).end();
  }

  @Test
  void shouldTellWhatIsFree() {
    assertThatThrownBy(() -> ledger.promise(ONE, 101 * MIB, 0, 0))
        .hasMessage(
            "105906176 bytes wanted, 209715200 free, 104857600 kept in reserve, 0 promised to other"
                + " files");
  }
}
