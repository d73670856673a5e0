package dev.ferry.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** {@link BlockSums}: what they say together is part of the protocol. */
class BlockSumsTest {
  /** The check values of the catalogue of CRCs, for "123456789". */
  @Test
  void shouldSumABlockByBothCrcs() {
    ByteBuffer content = ByteBuffer.wrap("x123456789x".getBytes(US_ASCII)).position(1).limit(10);
    assertThat(BlockSums.of(content)).isEqualTo(0xe3069283_cbf43926L);
    assertThat(content.position()).as("it is left as it is").isEqualTo(1);
    assertThat(content.limit()).isEqualTo(10);
  }

  @Test
  void shouldTakeBlocksInAnyOrder() {
    BlockSums forwards = new BlockSums();
    BlockSums backwards = new BlockSums();
    for (int i = 0; i < 5; i++) {
      forwards.add(i, 1_000 - i);
      backwards.add(4 - i, 996 + i);
    }
    assertThat(forwards.combined()).isEqualTo(backwards.combined());
  }

  @Test
  void shouldSayWhereABlockIs() {
    BlockSums right = new BlockSums();
    right.add(0, 7);
    right.add(1, 8);
    BlockSums exchanged = new BlockSums();
    exchanged.add(0, 8);
    exchanged.add(1, 7);
    assertThat(exchanged.combined()).isNotEqualTo(right.combined());
  }

  /** SHA-256 of sixteen bytes: the numbers 1 and 2. */
  @Test
  void shouldBeginWithTheDigestOfNumberAndSum() {
    BlockSums sums = new BlockSums();
    assertThat(sums.combined()).hasToString("0".repeat(64));
    sums.add(1, 2);
    assertThat(sums.combined())
        .hasToString("8c7654ecfd7b0b623b803e2f4e02ad1cc84278efdfcd7c4c9208edd81f17e115");
  }

  @Test
  void shouldCountTheLastBlock() {
    assertThat(BlockSums.count(0)).isZero();
    assertThat(BlockSums.count(1)).isEqualTo(1);
    assertThat(BlockSums.count(BlockSums.BLOCK_BYTES)).isEqualTo(1);
    assertThat(BlockSums.count(BlockSums.BLOCK_BYTES + 1)).isEqualTo(2);
  }
}
