package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.storage.BlockMemory.OpenBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockMemoryTest {
  private final BlockMemory memory = new BlockMemory(2);
  private final List<Long> writtenOut = new ArrayList<>();

  private final BlockMemory.Owner owner =
      block -> {
        writtenOut.add(block.number());
        memory.end(block);
        memory.giveBack(block);
      };

  @Test
  void shouldMakeRoomByWritingTheOldest() {
    for (long block : new long[] {7, 3, 5, 6}) {
      assertThat(memory.begin(block, owner)).isNotNull();
    }
    assertThat(writtenOut).containsExactly(7L, 3L);
  }

  @Test
  void shouldHaveNoneWhileAllAreBeingWritten() {
    OpenBlock first = memory.begin(0, owner);
    OpenBlock second = memory.begin(1, owner);
    memory.end(first);
    memory.end(second);
    assertThat(memory.begin(2, owner)).isNull();
    assertThat(writtenOut).isEmpty();
    memory.giveBack(second);
    assertThat(memory.begin(2, owner)).isNotNull();
  }

  @Test
  void shouldKeepEachPartAtItsPlace() {
    OpenBlock block = memory.begin(2, owner);
    long start = Block.start(2);
    ByteBuffer src = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
    block.put(start + 10, src);
    assertThat(src.remaining()).isZero();
    assertThat(block.part(start + 10, start + 12)).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
  }
}
