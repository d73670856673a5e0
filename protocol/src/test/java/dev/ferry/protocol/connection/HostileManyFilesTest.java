package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.connection.HostilePeer.Target;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a peer with the right keys may try where there are many files in a connection. */
class HostileManyFilesTest {
  private static final long DISK_NS = 5 * Nanos.MILLISECOND;
  private static final int SIZE = 900;
  private static final int LARGE = 1 << 20;
  private static final int ATTACKS = 400;

  private FuzzedDisk disk;
  private HostilePeer peer;

  HostileManyFilesTest() {
    begin();
  }

  private void begin() {
    disk = new FuzzedDisk(new long[] {DISK_NS, DISK_NS, DISK_NS}, 0, SIZE);
    peer = new HostilePeer(Target.SERVER_OF_MANY_FILES, 0, disk);
  }

  private static void content(long file, ByteBuffer packet) {
    FrameWriter.shortDataHeader(file, 0, SIZE, packet);
    FuzzedDisk.putRight(packet, 0, SIZE);
  }

  private static Finish finish(long file) {
    return new Finish(file, SIZE, ContentCheck.bySha256(FuzzedDisk.digest(SIZE)), 0);
  }

  private void open(long file) {
    peer.send(packet -> FrameWriter.frame(HostilePeer.open(file, Operation.PUT, SIZE), packet));
  }

  /** A whole file in one packet. */
  private void put(long file) {
    peer.send(
        packet -> {
          FrameWriter.frame(HostilePeer.open(file, Operation.PUT, SIZE), packet);
          FrameWriter.frame(finish(file), packet);
          content(file, packet);
        });
  }

  private void ackEverything(ByteBuffer packet) {
    AckRanges all = new AckRanges();
    all.add(0, Math.max(0, peer.largestSeen()));
    FrameWriter.ack(all, new AckTimes(), packet);
  }

  private boolean isClosed() {
    return peer.connection.isClosing();
  }

  @Test
  void shouldStoreOneFileAfterTheOther() {
    for (int file = 0; file < 50; file++) {
      put(file);
      peer.pass(3 * DISK_NS);
      peer.send(this::ackEverything);
    }
    assertThat(disk.published).isEqualTo(50);
    assertThat(isClosed()).isFalse();
    peer.fallSilent();
  }

  @Test
  void shouldTakeNoMoreOpenFilesThanItSaid() {
    for (int file = 0; file < 2 * HostilePeer.OPEN_FILES; file++) {
      put(file);
    }
    assertThat(isClosed()).as("opens may overtake the ends of others").isFalse();
    peer.pass(2 * DISK_NS);
    assertThat(disk.published).as("but are not taken then").isEqualTo(HostilePeer.OPEN_FILES);
    open(3 * HostilePeer.OPEN_FILES);
    assertThat(isClosed()).isTrue();
    peer.fallSilent();
  }

  /** Who never acknowledges what ended a file cannot make the server remember ever more of them. */
  @Test
  void shouldRememberOnlySoManyFilesThatAreOver() {
    for (int file = 0; file < 100; file++) {
      put(file);
      peer.pass(2 * DISK_NS);
    }
    assertThat(disk.published).isLessThanOrEqualTo(2 * HostilePeer.OPEN_FILES);
    peer.send(this::ackEverything);
    peer.fallSilent();
  }

  @Test
  void shouldNotTakeAnOpenForWhichThereIsNoMemory() {
    put(0);
    peer.pass(2 * DISK_NS);
    assertThat(peer.memory.share(HostilePeer.ADDRESSES.get(0).getAddress()).hold(1 << 20)).isTrue();
    put(1);
    peer.pass(2 * DISK_NS);
    assertThat(disk.published).isOne();
    assertThat(isClosed()).isFalse();
  }

  @Test
  void shouldTakeACancelThatOvertakesItsOpen() {
    long number = peer.largestNumber() + 1;
    peer.send(number + 1, 0, packet -> FrameWriter.frame(new Cancel(0, Close.STOPPED, ""), packet));
    open(1);
    peer.pass(2 * DISK_NS);
    assertThat(isClosed()).isFalse();
    peer.fallSilent();
  }

  /** Else each file could take twenty times the memory that is counted for it. */
  @Test
  void shouldNotKeepANameThatNoFileCanHave() {
    String longest = "x".repeat(Open.MAX_NAME_BYTES);
    Open open = HostilePeer.open(0, Operation.PUT, SIZE);
    Open longestOpen =
        new Open(0, open.operation(), false, true, open.transfer(), open.file(), longest);
    peer.send(packet -> write(longestOpen, packet));
    assertThat(isClosed()).isFalse();
    peer.send(
        packet -> {
          write(longestOpen, packet);
          int lengthAt = packet.position() - Open.MAX_NAME_BYTES - Short.BYTES;
          packet.putShort(lengthAt, (short) (Open.MAX_NAME_BYTES + 1)).put((byte) 'x');
        });
    assertThat(isClosed()).isTrue();
    peer.fallSilent();
  }

  /** Who acknowledges nothing, so that nothing may be sent, leaves no trace of what it cancels. */
  @Test
  void shouldForgetWhatIsCancelledBeforeItsTurn() {
    disk = new FuzzedDisk(new long[] {DISK_NS, DISK_NS, DISK_NS}, 0, LARGE);
    peer = new HostilePeer(Target.SERVER_OF_MANY_FILES, 0, disk);
    get(0);
    peer.pass(Nanos.SECOND);
    for (int file = 1; file <= 1000; file++) {
      get(file);
      long cancelled = file;
      peer.send(packet -> write(new Cancel(cancelled, Close.STOPPED, ""), packet));
    }
    assertThat(isClosed()).isFalse();
    assertThat(disk.inUse()).isOne();
    assertThat(peer.connection.placesInLine()).isLessThanOrEqualTo(4 * HostilePeer.OPEN_FILES);
    peer.fallSilent();
  }

  private void get(long file) {
    peer.send(
        packet -> {
          write(HostilePeer.open(file, Operation.GET, 0), packet);
          write(new Accept(file, new FileAttributes(LARGE, 1, 0), List.of()), packet);
          FrameWriter.window(file, LARGE, packet);
        });
  }

  @Test
  void shouldSurviveAnything() {
    for (int seed = 1; seed <= ATTACKS; seed++) {
      begin();
      SplittableRandom random = new SplittableRandom(seed);
      try {
        for (int i = 0; i < 40 && !peer.isSatisfied(); i++) {
          attack(random);
        }
        peer.fallSilent();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private void attack(SplittableRandom random) {
    switch (random.nextInt(8)) {
      case 0 -> peer.pass(random.nextLong(3 * DISK_NS));
      case 1 -> peer.send(this::ackEverything);
      case 2 -> put(random.nextInt(HostilePeer.OPEN_FILES));
      default ->
          peer.send(
              packet -> {
                for (int left = random.nextInt(4); left >= 0; left--) {
                  frame(random, packet);
                }
              });
    }
  }

  private static void frame(SplittableRandom random, ByteBuffer packet) {
    int file = random.nextInt(random.nextInt(10) == 0 ? 20 : HostilePeer.OPEN_FILES);
    switch (random.nextInt(10)) {
      case 0, 1 -> write(HostilePeer.open(file, Operation.PUT, SIZE), packet);
      case 2 -> write(HostilePeer.open(file, Operation.GET, 0), packet);
      case 3 -> content(file, packet);
      case 4 -> write(finish(file), packet);
      case 5 -> write(new Cancel(file, random.nextInt(8), ""), packet);
      case 6 ->
          write(
              random.nextInt(4) == 0
                  ? new Reject(file, 5, 0, "")
                  : new Accept(file, new FileAttributes(SIZE, 1, 0), List.of()),
              packet);
      case 7 -> FrameWriter.window(file, random.nextLong(2 * SIZE), packet);
      case 8 -> FrameWriter.ping(packet);
      default -> {
        if (random.nextInt(4) == 0) {
          FrameWriter.done(file, packet);
        } else {
          FrameWriter.ping(packet);
        }
      }
    }
  }

  private static void write(Frame frame, ByteBuffer packet) {
    FrameWriter.frame(frame, packet);
  }
}
