package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameWriter;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that has the keys and means no good, and the server's end of the connection. */
final class HostilePeerTest {
  private static final InetSocketAddress CLIENT = Simulation.address(1, 40_000);
  private static final byte[] TO_SERVER = new byte[32];
  private static final byte[] TO_CLIENT = Content.random(1, 32);
  private static final long PATIENCE_NS = 120 * Nanos.SECOND;
  private static final long MEMORY_BYTES = 20_000;
  private static final Bytes TRANSFER = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);

  private final PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, TO_SERVER);
  private final Transmit transmit = new Transmit(65_507);
  private final SplittableRandom random = new SplittableRandom(1);
  private final Disk disk = new Disk();
  private final List<TransferEvent> events = new ArrayList<>();
  private final ByteBudget budget = new ByteBudget(MEMORY_BYTES, MEMORY_BYTES, 0);
  private final ByteBudget.Share share = budget.share(CLIENT.getAddress());
  private final ByteBudget inFlight = new ByteBudget(MEMORY_BYTES, MEMORY_BYTES, 0);
  private final Connection server =
      new Connection(
          ConnectionConfig.overDatagrams(1472, PATIENCE_NS)
              .withBudget(inFlight.share(CLIENT.getAddress())),
          Role.SERVER,
          new ConnectionKeys(
              new PacketOpener(CipherSuite.AES_128_GCM, TO_SERVER),
              new PacketSealer(CipherSuite.AES_128_GCM, TO_CLIENT),
              9),
          PathState.toClient(CLIENT, 1200, 60, random),
          new PacketBuffer(),
          0);
  private long number;
  private long nowNs;
  private int sent;

  HostilePeerTest() {
    server.acceptWith(
        open -> (context, openedNs) -> FileReceiver.put(context, open, disk, share, openedNs));
  }

  /** Takes any size, and everything that is written. */
  private static final class Disk implements PartialFileStore, PartialFile {
    private Listener opened;
    private int ended;

    @Override
    public void receive(ReceiveRequest file, Listener listener) {
      opened = listener;
    }

    @Override
    public List<ByteRange> present() {
      return List.of();
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      src.position(src.limit());
    }

    @Override
    public long backlogBytes() {
      return 0;
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      throw new IllegalStateException("nothing is ever complete");
    }

    @Override
    public void keep() {
      ended++;
    }

    @Override
    public void discard() {
      ended++;
    }
  }

  /** Sends a packet with these frames, and lets the server answer. */
  private void send(Consumer<ByteBuffer> frames) {
    ByteBuffer packet = ByteBuffer.allocate(1472);
    PacketHeader.write(packet, sealer.nextPhase(), 7, number);
    frames.accept(packet);
    int bytes =
        sealer.seal(
            number++,
            packet.array(),
            0,
            PacketHeader.BYTES,
            packet.position() - PacketHeader.BYTES);
    server.handle(ByteBuffer.wrap(packet.array(), 0, bytes), CLIENT, nowNs);
    poll();
  }

  private void poll() {
    server.onTimeout(nowNs);
    while (server.pollTransmit(nowNs, transmit)) {
      sent++;
    }
    for (TransferEvent e = server.pollEvent(); e != null; e = server.pollEvent()) {
      events.add(e);
    }
  }

  private void runFor(long durationNs) {
    long untilNs = nowNs + durationNs;
    while (server.nextTimeout() != Nanos.NEVER && server.nextTimeout() <= untilNs) {
      nowNs = Math.max(nowNs, server.nextTimeout());
      poll();
    }
    nowNs = untilNs;
  }

  private static Consumer<ByteBuffer> frame(Frame frame) {
    return buffer -> FrameWriter.frame(frame, buffer);
  }

  private static Consumer<ByteBuffer> data(long offset, int length) {
    return data(0, offset, length);
  }

  private static Consumer<ByteBuffer> data(long fileId, long offset, int length) {
    return buffer -> {
      FrameWriter.dataHeader(fileId, offset, buffer);
      buffer.put(new byte[length]);
    };
  }

  private void open(long sizeBytes) {
    FileAttributes file = new FileAttributes(sizeBytes, 0, 0);
    send(frame(new Open(0, Operation.PUT, false, true, TRANSFER, file, "name")));
    disk.opened.opened(disk, nowNs);
    poll();
    assertThat(events).hasSize(1);
  }

  private void shouldHaveBeenEndedFor(Class<? extends TransferFailure> why) {
    assertThat(events).hasSize(2);
    assertThat(((TransferEvent.Failed) events.get(1)).failure()).isInstanceOf(why);
    assertThat(disk.ended).as("part file ended").isEqualTo(1);
    runFor(10 * Nanos.SECOND);
    assertThat(server.isEnded()).isTrue();
    assertThat(server.nextTimeout()).isEqualTo(Nanos.NEVER);
    int before = sent;
    send(FrameWriter::ping);
    assertThat(sent).as("no word after the end").isEqualTo(before);
  }

  @Test
  void shouldEndWhoAcknowledgesWhatWasNeverSent() {
    open(1_000_000);
    AckRanges ahead = new AckRanges();
    ahead.add(0, 1000);
    send(buffer -> FrameWriter.ack(ahead, new AckTimes(), buffer));
    shouldHaveBeenEndedFor(TransferFailure.Violation.class);
  }

  /** Who acknowledges whatever was sent, arrived or not, is sent more than the path takes. */
  @Test
  void shouldEndWhoAcknowledgesWithoutLooking() {
    open(1_000_000);
    for (int i = 0; i < 10_000 && events.size() == 1; i++) {
      AckRanges all = new AckRanges();
      all.add(0, sent - 1L);
      send(
          buffer -> {
            FrameWriter.ack(all, new AckTimes(), buffer);
            FrameWriter.ping(buffer);
          });
    }
    assertThat(sent).isGreaterThan(256);
    shouldHaveBeenEndedFor(TransferFailure.Violation.class);
  }

  private static Arguments breach(String what, Consumer<ByteBuffer> frames) {
    return Arguments.of(what, frames);
  }

  /** Breaches of the protocol by somebody who may speak. */
  static Stream<Arguments> breaches() {
    FileAttributes file = new FileAttributes(1_000_000, 0, 0);
    return Stream.of(
        breach("content beyond the end", data(1_000_000, 1)),
        breach("an accept", frame(new Accept(0, file, List.of()))),
        breach("a done", buffer -> FrameWriter.done(0, buffer)),
        breach("another size", frame(new Finish(0, 7, ContentCheck.bySha256(new byte[32]), 0))),
        breach(
            "another open",
            frame(new Open(0, Operation.GET, false, true, TRANSFER, file, "other"))),
        breach("another file", frame(new Open(1, Operation.PUT, false, true, TRANSFER, file, "b"))),
        breach("content of another file", data(1, 0, 1)),
        breach("a window of another file", buffer -> FrameWriter.window(1, 5, buffer)),
        breach("a frame that is not in use yet", buffer -> buffer.put((byte) 18).put((byte) 0)),
        breach("an unknown frame", buffer -> buffer.put((byte) 99)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaches")
  void shouldEndWhoBreaksTheProtocol(String what, Consumer<ByteBuffer> frames) {
    open(1_000_000);
    send(frames);
    shouldHaveBeenEndedFor(TransferFailure.Violation.class);
  }

  @Test
  void shouldTakeNothingBeyondTheWindowWhateverSizeIsDeclared() {
    open(FileAttributes.MAX_SIZE_BYTES);
    send(data(FileReceiver.WINDOW_BYTES - 1000, 1000));
    assertThat(events).hasSize(1);
    send(data(FileAttributes.MAX_SIZE_BYTES / 2, 1000));
    shouldHaveBeenEndedFor(TransferFailure.Violation.class);
  }

  /** A byte and a ping every ten seconds are no progress. */
  @Test
  void shouldNotWaitForWhoDrips() {
    open(1_000_000);
    for (int i = 0; i < 12; i++) {
      runFor(10 * Nanos.SECOND);
      send(data(i, 1));
      send(FrameWriter::ping);
    }
    runFor(20 * Nanos.SECOND);
    shouldHaveBeenEndedFor(TransferFailure.LostContact.class);
  }

  /** Acknowledgements with holes must not make the server hold or send more and more. */
  @Test
  void shouldAnswerPingsWithoutEndOnlyOnceEach() {
    open(1_000_000);
    int before = sent;
    for (int i = 0; i < 10_000; i++) {
      number += 2;
      send(FrameWriter::ping);
    }
    assertThat(sent - before).isLessThanOrEqualTo(10_000);
  }

  /** The accept stays in flight while more packets go out than can be remembered. */
  @Test
  void shouldOutliveWhoAcknowledgesNothingAndPings() {
    open(1_000_000);
    int before = sent;
    for (int i = 0; i < 150_000; i++) {
      number += 2;
      send(FrameWriter::ping);
    }
    assertThat(inFlight.heldBytes()).isPositive();
    assertThat(sent - before).isGreaterThanOrEqualTo(150_000);
    assertThat(events).hasSize(1);
    runFor(PATIENCE_NS + 20 * Nanos.SECOND);
    shouldHaveBeenEndedFor(TransferFailure.LostContact.class);
  }

  /** Islands of one byte, each of which must be remembered until what is between them comes. */
  @Test
  void shouldHoldNoMoreGapsThanThereIsMemoryFor() {
    int islands = 10_000;
    open(2L * islands);
    for (int i = 0; i < islands; i++) {
      send(data(2L * i + 1, 1));
      assertThat(budget.heldBytes()).isLessThanOrEqualTo(MEMORY_BYTES);
    }
    assertThat(budget.heldBytes()).isGreaterThan(MEMORY_BYTES / 2);
    assertThat(events).hasSize(1);
    runFor(PATIENCE_NS + 20 * Nanos.SECOND);
    shouldHaveBeenEndedFor(TransferFailure.LostContact.class);
    assertThat(budget.heldBytes()).isZero();
  }

  /** Who sends the first byte that is missing goes on, whatever else others make this end hold. */
  @Test
  void shouldGoOnInOrderWithoutMemory() {
    open(100_000);
    assertThat(budget.share(CLIENT.getAddress()).hold(MEMORY_BYTES)).isTrue();
    for (int i = 40; i > 0; i--) {
      send(data(2000L * i, 1000));
    }
    for (int i = 0; i < 99; i++) {
      send(data(1000L * i, 1000));
    }
    assertThat(server.snapshot(nowNs).doneBytes()).isEqualTo(99_000);
    assertThat(events).hasSize(1);
  }

  @Test
  void shouldKeepNoMoreEarlyContentThanThereIsMemoryFor() {
    FileAttributes file = new FileAttributes(100_000, 0, 0);
    send(frame(new Open(Frame.FIRST_FILE, Operation.PUT, false, true, TRANSFER, file, "name")));
    assertThat(budget.share(CLIENT.getAddress()).hold(MEMORY_BYTES - 5000)).isTrue();
    for (int i = 0; i < 16; i++) {
      send(data(1000L * i, 1000));
      assertThat(share.bytes()).isLessThanOrEqualTo(5000);
    }
    assertThat(share.bytes()).isGreaterThan(4000);
    disk.opened.opened(disk, nowNs);
    poll();
    assertThat(share.bytes()).isZero();
    assertThat(server.snapshot(nowNs).doneBytes()).isEqualTo(4000);
  }
}
