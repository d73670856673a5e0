package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlusherTest {
  private static final long EVERY = Flusher.FLUSH_EVERY_BYTES;

  private final Queue<Runnable> disk = new ArrayDeque<>();
  private int flushes;
  private int failing = -1;
  private int timesCaughtUp;
  private Flusher flusher;

  @BeforeEach
  void create() throws IOException {
    flusher = flusherWith(TestStore.OVERWRITE);
  }

  private Flusher flusherWith(StoreOptions options) throws IOException {
    TestDisk freeDisk = new TestDisk(Long.MAX_VALUE);
    SpaceLedger ledger =
        new SpaceLedger(
            freeDisk,
            options.reserveBytes(),
            new KeptParts(options),
            new RootQuota(Quota.NONE),
            victim -> {});
    SpaceLedger.Promise space = ledger.expect(0, 0);
    freeDisk.usableBytes = 1L << 40;
    return new Flusher(
        space, this::flush, disk::add, Runnable::run, TestStore.AT_ONCE, nowNs -> timesCaughtUp++);
  }

  private void flush() throws IOException {
    flushes++;
    if (flushes == failing) {
      throw new IOException("Input/output error");
    }
  }

  @Test
  void shouldFlushOneAtATimeAndCountWhatTheFlushCovers() throws IOException {
    flusher.wrote(EVERY);
    flusher.wrote(5 * EVERY);
    assertThat(disk).hasSize(1);
    assertThat(flusher.backlogBytes()).isEqualTo(6 * EVERY);
    disk.remove().run();
    assertThat(flusher.backlogBytes()).isEqualTo(5 * EVERY);
    assertThat(disk).as("goes on by itself").hasSize(1);
    disk.remove().run();
    assertThat(flusher.backlogBytes()).isZero();
    assertThat(disk).isEmpty();
    assertThat(timesCaughtUp).isEqualTo(2);
  }

  @Test
  void shouldNeverRepeatAFlushThatFailed() throws IOException {
    failing = 1;
    flusher.wrote(EVERY);
    flusher.wrote(EVERY);
    disk.remove().run();
    assertThat(flushes).isEqualTo(1);
    assertThat(disk).isEmpty();
    assertThat(flusher.hasFailed()).isTrue();
    assertThatThrownBy(flusher::requireSound)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.IO_ERROR));
  }

  /** Who waits for the disk must go on, and then meet the failure. */
  @Test
  void shouldHaveNoBacklogOnceItHasFailed() throws IOException {
    failing = 1;
    flusher.wrote(2 * EVERY);
    disk.remove().run();
    assertThat(flusher.backlogBytes()).isZero();
    assertThat(timesCaughtUp).isEqualTo(1);
  }

  @Test
  void shouldStayWithTheFirstFailure() {
    assertThatCode(flusher::requireSound).doesNotThrowAnyException();
    flusher.fail(new StorageException(RefusalReason.NO_SPACE, "first"));
    flusher.fail(new StorageException(RefusalReason.IO_ERROR, "second"));
    assertThatThrownBy(flusher::requireSound).hasMessage("first");
  }

  @Test
  void shouldStopBeforeTheReserveIsTouched() throws IOException {
    Flusher full = flusherWith(new StoreOptions(true, Long.MAX_VALUE, Long.MAX_VALUE));
    assertThatThrownBy(() -> full.uses(1))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
    assertThat(disk).isEmpty();
  }
}
