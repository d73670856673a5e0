package dev.ferry.protocol.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What frames can be made of. */
class FrameTest {
  private static final ContentCheck CHECK = ContentCheck.bySha256(new byte[32]);

  private static final long MOST = FileAttributes.MAX_SIZE_BYTES;
  private static final FileAttributes FILE = new FileAttributes(10, 0, 0);
  private static final Bytes ID = Bytes.copyOf(new byte[16]);

  static Stream<Runnable> wrong() {
    String half = "\ud800";
    ByteBuffer buffer = ByteBuffer.allocate(100);
    return Stream.of(
        () -> new FileAttributes(-2, 0, 0),
        () -> new FileAttributes(MOST + 1, 0, 0),
        () -> new FileAttributes(0, 0, -1),
        () -> new FileAttributes(0, 0, 512),
        () -> new ByteRange(-1, 1),
        () -> new ByteRange(1, 1),
        () -> new ByteRange(2, 1),
        () -> new ByteRange(0, MOST + 1),
        () -> new Open(0, Operation.PUT, false, true, Bytes.EMPTY, FILE, "n"),
        () -> new Open(0, Operation.PUT, false, true, Bytes.copyOf(new byte[17]), FILE, "n"),
        () -> new Open(0, Operation.PUT, false, true, ID, FILE, half),
        () -> new Open(0, Operation.PUT, false, true, ID, FILE, "a".repeat(65_536)),
        () -> accept(0, 11),
        () -> accept(0, 2, 1, 3),
        () -> accept(0, 2, 2, 3),
        () -> accept(5, 6, 0, 1),
        () -> new Accept(0, new FileAttributes(200, 0, 0), alternating(65)),
        () -> new Reject(0, -1, 0, ""),
        () -> new Reject(0, 256, 0, ""),
        () -> new Reject(0, 1, 0, half),
        () -> new Reject(0, 1, 0, "a".repeat(256)),
        () -> new Reject(0, 1, 0, "é".repeat(128)),
        () -> new Close(-1, ""),
        () -> new Close(256, ""),
        () -> new Close(1, half),
        () -> new Close(1, "a".repeat(256)),
        () -> new Finish(0, -1, CHECK, 0),
        () -> new Finish(0, MOST + 1, CHECK, 0),
        () -> new ContentCheck(Bytes.copyOf(new byte[31]), null),
        () -> new ContentCheck(null, Bytes.copyOf(new byte[33])),
        () -> new ContentCheck(null, null),
        () -> new Finish(0, 0, CHECK, -1),
        () -> FrameWriter.dataHeader(0, -1, buffer),
        () -> FrameWriter.dataHeader(0, MOST, buffer),
        () -> FrameWriter.window(0, -1, buffer));
  }

  private static Accept accept(long... offsets) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int i = 0; i < offsets.length; i += 2) {
      ranges.add(new ByteRange(offsets[i], offsets[i + 1]));
    }
    return new Accept(0, FILE, ranges);
  }

  private static List<ByteRange> alternating(int count) {
    return IntStream.range(0, count).mapToObj(i -> new ByteRange(2L * i, 2L * i + 1)).toList();
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void shouldNotMakeWhatCannotBeSent(Runnable make) {
    assertThatIllegalArgumentException().isThrownBy(make::run);
  }

  @Test
  void shouldTakeTheLargestOfEverything() {
    new FileAttributes(MOST, Long.MIN_VALUE, 511);
    new Open(0, Operation.GET, true, true, ID, FILE, "a".repeat(Open.MAX_NAME_BYTES));
    new Accept(0, new FileAttributes(127, 0, 0), alternating(64));
    new Accept(0, new FileAttributes(MOST, 0, 0), List.of(new ByteRange(0, MOST)));
    new Reject(0, 255, 0, "a".repeat(255));
    new Finish(0, MOST, CHECK, 0);
    assertThat(new ByteRange(3, 10).length()).isEqualTo(7);
  }

  @Test
  void shouldCopyTheRangesItIsGiven() {
    List<ByteRange> ranges = new ArrayList<>(List.of(new ByteRange(0, 1)));
    Accept accept = new Accept(0, FILE, ranges);
    ranges.clear();
    assertThat(accept.receivedRanges()).hasSize(1);
  }

  @Test
  void shouldAddAckRangesDownwardsOnly() {
    AckRanges ranges = new AckRanges();
    ranges.add(10, 12);
    for (long[] range : new long[][] {{10, 12}, {5, 9}, {9, 9}, {8, 7}, {-1, 3}, {13, 13}}) {
      assertThatIllegalArgumentException()
          .as("%d-%d", range[0], range[1])
          .isThrownBy(() -> ranges.add(range[0], range[1]));
    }
    ranges.add(8, 8);
    ranges.add(0, 5);
    assertThat(ranges).hasToString("10-12 8-8 0-5");
    assertThat(IntStream.range(-1, 15).filter(ranges::contains))
        .containsExactly(0, 1, 2, 3, 4, 5, 8, 10, 11, 12);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AckRanges().add(0, PacketHeader.MAX_NUMBER + 1));
  }

  @Test
  void shouldHold64AckRangesAndNoMore() {
    AckRanges ranges = new AckRanges();
    for (int i = AckRanges.MAX_RANGES; i > 0; i--) {
      assertThat(ranges.isFull()).isFalse();
      ranges.add(2L * i, 2L * i);
    }
    assertThat(ranges.isFull()).isTrue();
    assertThatThrownBy(() -> ranges.add(0, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(ranges.smallest(63)).isEqualTo(2);
    ranges.clear();
    assertThat(ranges.count()).isZero();
    assertThatThrownBy(() -> ranges.smallest(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ranges.largest(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldCompareAckRangesByWhatIsInThem() {
    AckRanges once = new AckRanges();
    AckRanges again = new AckRanges();
    again.add(20, 30);
    again.clear();
    assertThat(once).isEqualTo(again).hasSameHashCodeAs(again);
    once.add(1, 2);
    assertThat(once).isNotEqualTo(again);
    again.add(1, 2);
    assertThat(once).isEqualTo(again).hasSameHashCodeAs(again);
  }

  @Test
  void shouldKeepBytesFromChanging() {
    byte[] array = {1, 2, 3};
    Bytes bytes = Bytes.copyOf(array);
    array[0] = 9;
    bytes.toArray()[1] = 9;
    assertThat(bytes).hasToString("010203").isEqualTo(Bytes.copyOf(new byte[] {1, 2, 3}));
    assertThat(bytes).isNotEqualTo(Bytes.EMPTY).hasSameHashCodeAs(Bytes.copyOf(bytes.toArray()));
    assertThat(bytes.length()).isEqualTo(3);
  }

  @Test
  void shouldCutTheReasonOfARejectInWholeCharacters() {
    String told = "a" + "\ud83d\ude00".repeat(100);
    Reject reject = Reject.of(0, new StorageException(RefusalReason.NO_SPACE, "log", told, null));
    assertThat(reject.text()).isEqualTo("a" + "\ud83d\ude00".repeat(63));
    assertThat(reject.reason()).isEqualTo(RefusalReason.NO_SPACE.code());
  }
}
