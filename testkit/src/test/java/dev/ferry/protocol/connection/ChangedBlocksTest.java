package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.TransferEvent.Failed;
import dev.ferry.protocol.transfer.Unsent;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of which the receiver has some blocks in an older one (protocol.md, section 11.9). */
class ChangedBlocksTest {
  private static final int BLOCK = BlockSums.BLOCK_BYTES;
  private static final long LONG_NS = 300 * Nanos.SECOND;

  /** More ranges than there are in a few frames. */
  private static final int MANY_BLOCKS = 301;

  private static Simulation simulation(long seed) {
    Simulation simulation = new Simulation(seed, 0);
    simulation.impair("delay=10ms,rate=500mbit,loss=2%,duplicate=2%,reorder=5%:10ms");
    return simulation;
  }

  /** The content before: some blocks are others, and it is longer or shorter. */
  private static byte[] olderThan(byte[] content, boolean[] same, int sizeBytes) {
    byte[] older = Content.random(3, sizeBytes);
    for (int i = 0; i < same.length; i++) {
      int length = Math.min(BLOCK, content.length - i * BLOCK);
      if (same[i]) {
        System.arraycopy(content, i * BLOCK, older, i * BLOCK, length);
      }
    }
    return older;
  }

  private static List<ByteRange> ranges(boolean[] same, int sizeBytes) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int i = 0; i < same.length; i++) {
      int from = i;
      while (i < same.length && same[i]) {
        i++;
      }
      if (i > from) {
        ranges.add(new ByteRange((long) from * BLOCK, Math.min((long) i * BLOCK, sizeBytes)));
      }
    }
    return ranges;
  }

  private static boolean[] everySecond(int blocks) {
    boolean[] same = new boolean[blocks];
    for (int i = 0; i < blocks; i += 2) {
      same[i] = true;
    }
    return same;
  }

  private static boolean[] random(long seed, int blocks) {
    Random random = new Random(seed);
    boolean[] same = new boolean[blocks];
    for (int i = 0; i < blocks; i++) {
      same[i] = random.nextInt(4) > 0;
    }
    return same;
  }

  private static long bytes(List<ByteRange> ranges) {
    return ranges.stream().mapToLong(ByteRange::length).sum();
  }

  private static void shouldBeThere(
      ConnectionPair pair, SimPartialFileStore store, List<ByteRange> copied) {
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    pair.simulation.check(
        () -> {
          pair.assertFinished();
          assertThat(store.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          assertThat(store.copiedBytes()).isEqualTo(bytes(copied));
        });
  }

  private static long sentBytes(List<TransferEvent> events) {
    return ((TransferEvent.Finished) events.get(events.size() - 1)).connection().sentBytes();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldSendOnlyBlocksThatHaveChanged(long seed) {
    byte[] content = Content.random(seed, 20 * BLOCK + 1000);
    boolean[] same = random(seed, 21);
    List<ByteRange> copied = ranges(same, content.length);
    ConnectionPair pair = new ConnectionPair(simulation(seed), content);
    pair.store.place(ConnectionPair.NAME, olderThan(content, same, 22 * BLOCK));
    pair.startServer();

    pair.startPut(new Unsent(copied, List.of()));

    shouldBeThere(pair, pair.store, copied);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldFetchOnlyBlocksThatHaveChanged(long seed) {
    byte[] content = Content.random(seed, 20 * BLOCK + 1000);
    boolean[] same = random(seed, 21);
    List<ByteRange> copied = ranges(same, content.length);
    ConnectionPair pair = new ConnectionPair(simulation(seed), content);
    SimPartialFileStore destination = new SimPartialFileStore(pair.client, 1000, 1000);
    destination.place(ConnectionPair.NAME, olderThan(content, same, 22 * BLOCK));
    pair.startServer();

    pair.startGet(destination, copied);

    shouldBeThere(pair, destination, copied);
  }

  @Test
  void shouldPutAFileWithManyChanges() {
    byte[] content = Content.random(1, MANY_BLOCKS * BLOCK);
    boolean[] same = everySecond(MANY_BLOCKS);
    List<ByteRange> copied = ranges(same, content.length);
    ConnectionPair pair = new ConnectionPair(simulation(6), content);
    pair.store.place(ConnectionPair.NAME, olderThan(content, same, content.length));
    pair.startServer();

    pair.startPut(new Unsent(copied, List.of()));

    shouldBeThere(pair, pair.store, copied);
    pair.simulation.check(
        () -> assertThat(sentBytes(pair.clientEvents)).isLessThan(content.length * 6L / 10));
  }

  @Test
  void shouldGetAFileWithManyChanges() {
    byte[] content = Content.random(1, MANY_BLOCKS * BLOCK);
    boolean[] same = everySecond(MANY_BLOCKS);
    List<ByteRange> copied = ranges(same, content.length);
    ConnectionPair pair = new ConnectionPair(simulation(7), content);
    SimPartialFileStore destination = new SimPartialFileStore(pair.client, 1000, 1000);
    destination.place(ConnectionPair.NAME, olderThan(content, same, content.length));
    pair.startServer();

    pair.startGet(destination, copied);

    shouldBeThere(pair, destination, copied);
    pair.simulation.check(
        () -> assertThat(sentBytes(pair.serverEvents)).isLessThan(content.length * 6L / 10));
  }

  @Test
  void shouldSendNothingOfAFileThatIsTheSame() {
    byte[] content = Content.random(1, 3 * BLOCK + 5);
    List<ByteRange> all = List.of(new ByteRange(0, content.length));
    ConnectionPair pair = new ConnectionPair(simulation(8), content);
    pair.store.place(ConnectionPair.NAME, content);
    pair.startServer();

    pair.startPut(new Unsent(all, List.of()));

    shouldBeThere(pair, pair.store, all);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotSendZeros(boolean sums) {
    byte[] content = Content.random(1, 200 * BLOCK + 5);
    List<ByteRange> zeros = new ArrayList<>();
    for (int from = 0; from <= 200 * BLOCK; from += 2 * BLOCK) {
      int to = Math.min(content.length, from + BLOCK);
      Arrays.fill(content, from, to, (byte) 0);
      zeros.add(new ByteRange(from, to));
    }
    ConnectionPair pair = new ConnectionPair(simulation(11), content);
    pair.clientSums = sums;
    pair.serverSums = sums;
    pair.startServer();

    pair.startPut(new Unsent(List.of(), zeros));

    shouldBeThere(pair, pair.store, zeros);
    pair.simulation.check(
        () -> assertThat(sentBytes(pair.clientEvents)).isLessThan(content.length * 6L / 10));
  }

  private static void shouldBeRefused(ConnectionPair pair, int publications) {
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    pair.simulation.check(
        () -> {
          Failed failed = (Failed) pair.clientEvents.get(pair.clientEvents.size() - 1);
          assertThat(((TransferFailure.Refused) failed.failure()).reason())
              .isEqualTo(RefusalReason.DIGEST_DIFFERS);
          assertThat(pair.store.publications()).isEqualTo(publications);
        });
  }

  @Test
  void shouldNotPublishWhatTheOlderFileHasOtherwise() {
    byte[] content = Content.random(1, 5 * BLOCK);
    ConnectionPair pair = new ConnectionPair(simulation(9), content);
    pair.store.place(ConnectionPair.NAME, Content.random(2, 5 * BLOCK));
    pair.startServer();

    pair.startPut(new Unsent(List.of(new ByteRange(BLOCK, 3 * BLOCK)), List.of()));

    shouldBeRefused(pair, 1);
  }

  @Test
  void shouldSayThatTheOlderFileIsGone() {
    byte[] content = Content.random(1, 5 * BLOCK);
    ConnectionPair pair = new ConnectionPair(simulation(10), content);
    pair.startServer();

    pair.startPut(new Unsent(List.of(new ByteRange(BLOCK, 3 * BLOCK)), List.of()));

    shouldBeRefused(pair, 0);
  }
}
