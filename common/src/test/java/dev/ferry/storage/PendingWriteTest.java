package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingWriteTest {
  private final WriteBuffers buffers = new WriteBuffers();
  private final PendingWrite pending = new PendingWrite(buffers);
  private final List<String> written = new ArrayList<>();

  private void write(long from, long to, ByteBuffer src) {
    assertThat(src.remaining()).isEqualTo((int) (to - from));
    written.add(from + "-" + to);
  }

  private boolean add(long offset, int bytes) {
    return pending.takes(offset, bytes) && pending.add(offset, ByteBuffer.allocate(bytes));
  }

  private int free() {
    List<ByteBuffer> taken = new ArrayList<>();
    for (ByteBuffer next = buffers.take(); next != null; next = buffers.take()) {
      taken.add(next);
    }
    taken.forEach(buffers::giveBack);
    return taken.size();
  }

  @Test
  void shouldWriteTogetherWhatFollows() throws IOException {
    assertThat(add(100, 1_000)).isTrue();
    assertThat(add(1_100, 1_000)).isTrue();
    assertThat(add(2_101, 1_000)).as("behind a gap").isFalse();
    assertThat(pending.start()).isEqualTo(100);
    assertThat(pending.end()).isEqualTo(2_100);
    pending.write(this::write);
    pending.write(this::write);
    assertThat(written).containsExactly("100-2100");
    assertThat(pending.start()).isEqualTo(pending.end());
    assertThat(free()).isEqualTo(WriteBuffers.MOST);
  }

  @Test
  void shouldSayWhenItIsFull() {
    int piece = 1_440;
    int pieces = WriteBuffers.BYTES / piece;
    for (int i = 0; i < pieces; i++) {
      assertThat(pending.isFull(piece)).isFalse();
      assertThat(add((long) i * piece, piece)).isTrue();
    }
    assertThat(pending.isFull(piece)).isTrue();
    assertThat(add((long) pieces * piece, piece)).isFalse();
  }

  @Test
  void shouldLeaveLongPiecesToBeWrittenAtOnce() {
    assertThat(add(0, WriteBuffers.BYTES / 2 + 1)).isFalse();
    assertThat(free()).isEqualTo(WriteBuffers.MOST);
    assertThat(add(0, WriteBuffers.BYTES / 2)).isTrue();
    assertThat(free()).isEqualTo(WriteBuffers.MOST - 1);
  }

  @Test
  void shouldLeavePiecesAloneWithoutABuffer() {
    List<ByteBuffer> taken = new ArrayList<>();
    for (int i = 0; i < WriteBuffers.MOST; i++) {
      taken.add(buffers.take());
    }
    ByteBuffer piece = ByteBuffer.allocate(10);
    assertThat(pending.add(0, piece)).isFalse();
    assertThat(piece.remaining()).isEqualTo(10);
    taken.forEach(buffers::giveBack);
    assertThat(pending.add(0, piece)).isTrue();
  }

  @Test
  void shouldGiveTheBufferBackWhateverHappens() throws IOException {
    add(0, 10);
    pending.drop();
    pending.write(this::write);
    assertThat(written).isEmpty();
    add(0, 10);
    assertThatThrownBy(
            () ->
                pending.write(
                    (from, to, src) -> {
                      throw new IOException("full");
                    }))
        .hasMessage("full");
    pending.write(this::write);
    assertThat(written).isEmpty();
    assertThat(free()).isEqualTo(WriteBuffers.MOST);
  }
}
