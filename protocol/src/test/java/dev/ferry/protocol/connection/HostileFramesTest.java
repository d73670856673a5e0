package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.connection.HostilePeer.Target;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Copy.Source;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer with the right keys may try, and what some have tried with success. */
class HostileFramesTest {
  private static final long DISK_NS = 5 * Nanos.MILLISECOND;
  private static final int SIZE = 3000;
  private static final long LARGE = 1L << 30;

  private final FuzzedDisk disk = new FuzzedDisk(new long[] {DISK_NS, DISK_NS, DISK_NS}, 0, LARGE);
  private final HostilePeer peer = new HostilePeer(Target.SERVER, 0, disk);

  @SafeVarargs
  private void send(int from, Consumer<ByteBuffer>... frames) {
    peer.send(
        peer.largestNumber() + 1,
        from,
        packet -> {
          for (Consumer<ByteBuffer> frame : frames) {
            frame.accept(packet);
          }
        });
  }

  private static Consumer<ByteBuffer> frame(Frame frame) {
    return packet -> FrameWriter.frame(frame, packet);
  }

  private static Consumer<ByteBuffer> data(long offset, int bytes) {
    return packet -> {
      FrameWriter.dataHeader(0, offset, packet);
      FuzzedDisk.putRight(packet, offset, bytes);
    };
  }

  private void ackEverything(ByteBuffer packet) {
    AckRanges all = new AckRanges();
    all.add(0, peer.largestSeen());
    FrameWriter.ack(all, new AckTimes(), packet);
  }

  @Test
  void shouldStoreWhatAPeacefulPeerSends() {
    send(0, frame(HostilePeer.open(Operation.PUT, SIZE)), data(0, 1000));
    peer.pass(DISK_NS);
    send(0, data(1000, 1000));
    send(0, data(2000, 1000));
    send(0, frame(new Finish(0, SIZE, ContentCheck.bySha256(FuzzedDisk.digest(SIZE)), 0)));
    peer.pass(DISK_NS);

    assertThat(disk.published).isOne();
    send(0, this::ackEverything);
    send(0, frame(new Close(Close.DONE, "")));
    assertThat(peer.connection.isEnded()).isTrue();
    peer.fallSilent();
  }

  private static Consumer<ByteBuffer> copy(long start, long end) {
    return frame(new Copy(0, Source.OLDER_FILE, List.of(new ByteRange(start, end))));
  }

  private Consumer<ByteBuffer> finish() {
    return frame(new Finish(0, SIZE, ContentCheck.bySha256(FuzzedDisk.digest(SIZE)), 0));
  }

  /** Whether it is said before the part file is open, or behind. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeBlocksFromTheOlderFile(boolean early) {
    send(0, frame(HostilePeer.open(Operation.PUT, SIZE)));
    peer.pass(early ? 0 : DISK_NS);
    send(0, copy(0, SIZE), finish());
    send(0, copy(0, SIZE));
    peer.pass(2 * DISK_NS);

    assertThat(disk.published).isOne();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 3000", "0, 3001", "262144, 262145"})
  void shouldEndWhenWhatIsNoBlockIsToBeCopied(long start, long end) {
    send(0, frame(HostilePeer.open(Operation.PUT, SIZE)));
    peer.pass(DISK_NS);
    send(0, copy(start, end));

    peer.fallSilent();
    assertThat(disk.inUse()).isZero();
    assertThat(disk.published).isZero();
  }

  @Test
  void shouldRefuseWhatTheOlderFileHasNot() {
    disk.failsWrites = true;
    send(0, frame(HostilePeer.open(Operation.PUT, SIZE)), copy(0, SIZE));
    peer.pass(DISK_NS);

    peer.fallSilent();
    assertThat(disk.inUse()).isZero();
  }

  @Test
  void shouldSendNothingThatTheClientCopies() {
    Accept accept = new Accept(0, new FileAttributes(LARGE, 1, 0), List.of());
    send(0, frame(HostilePeer.open(Operation.GET, 0)));
    send(0, frame(accept), copy(0, LARGE), packet -> FrameWriter.window(0, LARGE, packet));
    peer.pass(DISK_NS);

    assertThat(peer.largestSeen()).isLessThan(60);
    peer.fallSilent();
  }

  @Test
  void shouldEndWhenMoreIsToBeCopiedThanThereIs() {
    beginGet();
    send(0, copy(0, LARGE + 1));

    peer.fallSilent();
    assertThat(disk.inUse()).isZero();
  }

  @Test
  void shouldEndWhenContentBeyondTheEndCameBeforeThePartFileWasOpen() {
    send(0, frame(HostilePeer.open(Operation.PUT, SIZE)));
    send(0, data(SIZE, 1));
    send(0, data(0, 1));
    peer.pass(DISK_NS);

    peer.fallSilent();
    assertThat(disk.inUse()).isZero();
  }

  @Test
  void shouldOpenNothingForWhoHasLeft() {
    send(0, frame(new Close(Close.DONE, "")), frame(HostilePeer.open(Operation.PUT, SIZE)));

    peer.fallSilent();
    assertThat(peer.connection.transfer()).isNull();
  }

  @Test
  void shouldOpenNothingForWhoHasBrokenTheProtocol() {
    send(0, packet -> FrameWriter.done(0, packet), frame(HostilePeer.open(Operation.PUT, SIZE)));

    peer.fallSilent();
    assertThat(peer.connection.transfer()).isNull();
  }

  @Test
  void shouldNotBeDueAllTheTimeForAChallengeThatHasToWait() {
    beginGet();
    send(1, FrameWriter::ping);

    peer.fallSilent(); // Sees to how often it is due at one instant.
  }

  /** Asks for a large file, so that the connection has something to send at all times. */
  private void beginGet() {
    Accept accept = new Accept(0, new FileAttributes(LARGE, 1, 0), List.of());
    send(0, frame(HostilePeer.open(Operation.GET, 0)));
    send(0, frame(accept), packet -> FrameWriter.window(0, LARGE, packet));
  }

  @Test
  void shouldNotBelieveAnAddressBecauseOfAnAnswerToAnotherOne() {
    beginGet();
    send(1, this::ackEverything);
    send(2, this::ackEverything, packet -> FrameWriter.pathResponse(peer.lastChallenge(), packet));

    peer.fallSilent(); // Sees to how much is sent to the third address.
  }

  @Test
  void shouldNotBeDueAllTheTimeForAnAcknowledgementThatDoesNotFit() {
    for (int number = 0; number < 2 * AckTracker.MAX_RANGES; number += 2) {
      peer.send(number, 0, FrameWriter::ping);
    }
    for (int i = 0; i < 3; i++) {
      peer.send(peer.largestNumber() + 2, 1, FrameWriter::ping);
    }

    peer.fallSilent();
  }
}
