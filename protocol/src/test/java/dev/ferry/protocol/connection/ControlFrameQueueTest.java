package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.connection.ControlFrameQueue.Kind;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Copy.Source;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link ControlFrameQueue}: what is repeated when packets are lost, and what no longer is. */
class ControlFrameQueueTest {
  private final ControlFrameQueue frames = new ControlFrameQueue(0, queue -> {});
  private final ByteBuffer buffer = ByteBuffer.allocate(100);

  private int write(long number) {
    return frames.write(number, buffer.clear());
  }

  @Test
  void shouldRepeatAWindowThatWasLost() {
    frames.window(1000);
    int kinds = write(7);

    frames.onLost(7, kinds);

    assertThat(frames.isOwing()).isTrue();
  }

  @Test
  void shouldNotRepeatAWindowThatAnotherPacketBrought() {
    frames.window(1000);
    int kinds = write(7);
    frames.onLost(7, kinds);
    write(8);
    frames.onLost(7, kinds);
    write(9);

    frames.onAcknowledged(9, kinds);
    frames.onLost(8, kinds);

    assertThat(frames.isOwing()).isFalse();
  }

  @Test
  void shouldNotRepeatAWindowThatIsOutOfDate() {
    frames.window(1000);
    int kinds = write(7);
    frames.window(2000);
    write(8);

    frames.onLost(7, kinds);
    assertThat(frames.isOwing()).isFalse();

    frames.onAcknowledged(7, kinds);
    frames.onLost(8, kinds);
    assertThat(frames.isOwing()).as("only the earlier one is known").isTrue();
  }

  @Test
  void shouldOweANewWindowThoughTheOneBeforeHasArrived() {
    frames.window(1000);
    int kinds = write(7);
    frames.window(2000);

    frames.onAcknowledged(7, kinds);

    assertThat(frames.isOwing()).isTrue();
  }

  private static Copy copy(long end) {
    return new Copy(Frame.FIRST_FILE, Source.ZEROS, List.of(new ByteRange(0, end)));
  }

  private String written(long number) {
    write(number);
    return String.valueOf(buffer.get(buffer.position() - 1));
  }

  @Test
  void shouldSendOneCopyAfterTheOther() {
    frames.copy(List.of(copy(1), copy(2)));
    int kinds = write(1);
    assertThat(buffer.get(buffer.position() - 1)).isEqualTo((byte) 1);
    assertThat(frames.isOwing()).isFalse();

    frames.onLost(1, kinds);
    assertThat(written(2)).as("the first one again").isEqualTo("1");
    frames.onAcknowledged(2, kinds);
    assertThat(written(3)).as("the second one").isEqualTo("2");
    frames.onAcknowledged(1, kinds);
    frames.onLost(3, kinds);
    assertThat(written(4)).as("it has not arrived by the first packet").isEqualTo("2");
    frames.onAcknowledged(4, kinds);

    assertThat(frames.isOwing()).isFalse();
  }

  @Test
  void shouldSendAnAcceptThatIsNotKnownToHaveArrivedAlongWithTheDone() {
    frames.accept(new Accept(Frame.FIRST_FILE, new FileAttributes(10, 1, 0), List.of()));
    int accept = write(1);
    frames.done();

    int kinds = write(2);
    assertThat(kinds & accept).isEqualTo(accept);
    frames.repeatFinal();
    assertThat(write(3)).isEqualTo(kinds);

    frames.onAcknowledged(1, accept);
    frames.repeatFinal();
    assertThat(write(4)).as("only the done").isEqualTo(kinds & ~accept);
  }

  @Test
  void shouldRepeatACapUntilItHasArrived() {
    frames.maxRate(1000);
    int kinds = write(1);
    frames.repeatUnconfirmed();
    assertThat(frames.isOwing()).isTrue();
    write(2);

    frames.onAcknowledged(1, kinds);
    frames.repeatUnconfirmed();
    frames.onLost(2, kinds);

    assertThat(frames.isOwing()).isFalse();
  }

  @Test
  void shouldNotRepeatACapThatIsOutOfDate() {
    frames.maxRate(1000);
    int kinds = write(1);
    frames.maxRate(2000);
    write(2);

    frames.onLost(1, kinds);

    assertThat(frames.isOwing()).isFalse();
  }

  @Test
  void shouldRepeatWhatEndsATransferUntilItHasArrived() {
    frames.done();
    int kinds = write(1);
    assertThat(ControlFrameQueue.hasFinal(kinds)).isTrue();
    frames.repeatFinal();
    assertThat(frames.isOwing()).isTrue();
    write(2);

    frames.onAcknowledged(1, kinds);
    frames.repeatFinal();

    assertThat(frames.isOwing()).isFalse();
    assertThat(frames.isConfirmed(Kind.DONE)).isTrue();
  }
}
