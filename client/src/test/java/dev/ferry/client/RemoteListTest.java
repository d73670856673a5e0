package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link RemoteList}, of servers that may mean ill. */
class RemoteListTest {
  private static final ListEntry LISTED = new ListEntry(FileKind.DIRECTORY, 0, 1, 0755, "", "");
  private static final ListEntry FILE = new ListEntry(FileKind.FILE, 7, 1, 0644, "a", "");

  @TempDir Path directory;

  private RemoteList list(ListEntry... entries) throws IOException {
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(Files.newOutputStream(directory.resolve("list")))) {
      for (ListEntry entry : entries) {
        out.write(entry.encode());
      }
    }
    return new RemoteList(directory, false);
  }

  @Test
  void shouldKeepTheDirectoryItselfApart() throws IOException {
    RemoteList list = list(LISTED, FILE);
    for (int round = 0; round < 2; round++) {
      assertThat(list.next()).isEqualTo(FILE);
      assertThat(list.next()).isNull();
      assertThat(list.self()).isEqualTo(LISTED);
      list.rewind();
    }
  }

  /** However many of them there are. */
  @Test
  void shouldNotTakeTheDirectoryItselfTwice() throws IOException {
    RemoteList list = list(LISTED, LISTED, LISTED);
    assertThatThrownBy(list::next).isInstanceOf(IOException.class).hasMessageContaining("twice");
    list.close();
  }
}
