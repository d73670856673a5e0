package dev.ferry.storage;

import static dev.ferry.storage.TestStore.AT_ONCE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lists take of the disk, all of them together. */
class ListFileTest {
  @TempDir Path directory;

  private ListFile list(String name, AtomicLong inSum) throws IOException {
    return new ListFile(
        FileChannel.open(directory.resolve(name), CREATE_NEW, READ, WRITE), true, AT_ONCE, inSum);
  }

  private static void write(ListFile list) throws IOException {
    list.add(new ListEntry(FileKind.FILE, 7, 1, 0644, "name", ""));
    list.finish();
  }

  @Test
  void shouldCountUntilTheyAreClosed() throws IOException {
    AtomicLong inSum = new AtomicLong();
    ListFile one = list("1", inSum);
    ListFile other = list("2", inSum);
    write(one);
    write(other);
    assertThat(inSum.get()).isEqualTo(one.sizeBytes() + other.sizeBytes());

    one.release();
    one.release();
    assertThat(inSum.get()).isEqualTo(other.sizeBytes());
    other.release();
    assertThat(inSum.get()).isZero();
  }

  @Test
  void shouldHaveThemComeAgainThatFindNoRoom() throws IOException {
    AtomicLong inSum = new AtomicLong(DirectoryLists.MAX_DISK_BYTES - 1);
    try (ListFile list = list("1", inSum)) {
      assertThatThrownBy(() -> write(list))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.BUSY));
    }
    assertThat(inSum.get()).isEqualTo(DirectoryLists.MAX_DISK_BYTES - 1);
  }
}
