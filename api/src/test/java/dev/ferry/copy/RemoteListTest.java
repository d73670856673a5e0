package dev.ferry.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.runtime.ServerQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
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

  private ListInput input(long entries, long bytes, int repeated) throws IOException {
    ListEntry[] all = new ListEntry[repeated];
    Arrays.fill(all, FILE);
    list(all);
    return ListInput.open(directory.resolve("list"), new ListInput.Limits(entries, bytes));
  }

  private static int count(ListInput in) throws IOException {
    int count = 0;
    while (in.next() != null) {
      count++;
    }
    return count;
  }

  @Test
  void shouldTakeAsMuchAsThereMayBe() throws IOException {
    int bytes = FILE.encode().length;
    try (ListInput in = input(1000, 1000L * bytes, 1000)) {
      assertThat(count(in)).isEqualTo(1000);
    }
  }

  /** A few bytes can be inflated to a thousand times as many. */
  @Test
  void shouldInflateNoMoreThanThereMayBe() throws IOException {
    int bytes = FILE.encode().length;
    try (ListInput in = input(Long.MAX_VALUE, 100_000L * bytes - 1, 100_000)) {
      assertThat(Files.size(directory.resolve("list"))).isLessThan(100_000L * bytes / 100);
      assertThatThrownBy(() -> count(in))
          .isInstanceOf(ListException.class)
          .hasMessage("the server's list is inflated to more than 2299999 bytes");
    }
  }

  @Test
  void shouldTakeNoMoreEntriesThanThereMayBe() throws IOException {
    try (ListInput in = input(999, Long.MAX_VALUE, 1000)) {
      assertThatThrownBy(() -> count(in))
          .isInstanceOf(ListException.class)
          .hasMessage("the server's list has more than 999 entries");
    }
  }

  @Test
  void shouldTellWhoseFaultAMalformedListIs() throws IOException {
    Files.write(directory.resolve("list"), new byte[] {1, 2, 3});
    IOException malformed =
        catchThrowableOfType(
            IOException.class, () -> count(ListInput.open(directory.resolve("list"))));
    assertThat(malformed).isInstanceOf(ListException.class);
    assertThat(malformed).hasMessage("the server's list is malformed");
  }

  @Test
  void shouldHoldNoMoreNamesThanFit() throws IOException {
    HeldNames held = new HeldNames(1 << 20);
    String name = "x".repeat(1024);
    int count = 0;
    while (held.hasRoomFor(name)) {
      count++;
    }
    assertThat(count).isEqualTo((1 << 20) / (2 * 1024 + 150));
    assertThatThrownBy(() -> held.add(name)).isInstanceOf(ListException.class);
  }

  /** A copy goes on, and asks for each file instead. */
  @Test
  void shouldRememberNoMoreOfAServersTreeThanFits() throws IOException {
    Queue<ServerQuestion> asked = new ArrayDeque<>();
    try (ServerTree tree = new ServerTree(asked::add, Runnable::run, new HeldNames(1_000))) {
      tree.look(List.of("d"));
      ServerQuestion question = asked.remove();
      try (DeflaterOutputStream out =
          new DeflaterOutputStream(Files.newOutputStream(question.file()))) {
        for (int i = 0; i < 100; i++) {
          out.write(new ListEntry(FileKind.FILE, 7, 1, 0644, "a" + i, "").encode());
        }
      }
      question.listener().answered(null, "");
      assertThat(tree.isAsking()).isFalse();
      assertThat(tree.see("d/a1").state()).isEqualTo(Sight.State.UNKNOWN);
    }
  }
}
