package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.Connection.State;
import dev.ferry.protocol.connection.Transfer.Stage;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import dev.ferry.protocol.wire.frame.FrameReader;
import dev.ferry.protocol.wire.frame.FrameWriter;
import dev.ferry.protocol.wire.frame.IgnoringHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in {@link Lifecycle}: every state, and whatever can happen in it. */
class LifecycleTest {
  /** Where a connection is before something happens; UNASKED is an OPEN one without a transfer. */
  private enum Start {
    UNASKED,
    OPEN,
    DRAINING,
    CLOSING,
    ENDED
  }

  private enum Event {
    PACKET,
    PEERS_CLOSE,
    BREACH,
    END_KNOWN,
    CLOSE,
    TRANSFER_CLOSES,
    ABANDON,
    OPEN_DUE,
    PROGRESS_DUE,
    CLOSE_REPEAT_DUE,
    DRAIN_DUE
  }

  /**
   * A column for each start, in their order: the state afterwards, and a plus if a close is sent. A
   * minus: it cannot happen, since there is no transfer, or the timer does not run.
   */
  private static final String TABLE =
      """
      PACKET            OPEN      OPEN      DRAINING  CLOSING+  ENDED
      PEERS_CLOSE       ENDED     ENDED     ENDED     CLOSING+  ENDED
      BREACH            CLOSING+  CLOSING+  CLOSING+  CLOSING+  ENDED
      END_KNOWN         -         DRAINING  DRAINING  CLOSING+  ENDED
      CLOSE             CLOSING+  CLOSING+  CLOSING+  CLOSING   ENDED
      TRANSFER_CLOSES   -         CLOSING+  CLOSING+  CLOSING   ENDED
      ABANDON           ENDED     ENDED     ENDED     ENDED     ENDED
      OPEN_DUE          ENDED     -         -         -         -
      PROGRESS_DUE      -         CLOSING+  ENDED     -         -
      CLOSE_REPEAT_DUE  -         -         -         CLOSING+  -
      DRAIN_DUE         -         -         ENDED     ENDED     -
      """;

  private static final Pattern BLANKS = Pattern.compile(" +");

  private static final int CLIENTS_ID = 9;
  private static final int SERVERS_ID = 7;
  private static final byte[] TO_SERVER = new byte[32];
  private static final byte[] TO_CLIENT = Arrays.copyOf(new byte[] {1}, 32);
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private static final long PATIENCE_NS = 2 * Nanos.SECOND;

  private final PacketSealer sealer = new PacketSealer(CipherSuite.AES_128_GCM, TO_SERVER);
  private final PacketOpener opener = new PacketOpener(CipherSuite.AES_128_GCM, TO_CLIENT);
  private final Transmit transmit = new Transmit(1 << 16);
  private final BareTransfer transfer = new BareTransfer();
  private final Connection server =
      new Connection(
          ConnectionConfig.overDatagrams(1200, PATIENCE_NS),
          Role.SERVER,
          new ConnectionKeys(
              new PacketOpener(CipherSuite.AES_128_GCM, TO_SERVER),
              new PacketSealer(CipherSuite.AES_128_GCM, TO_CLIENT),
              CLIENTS_ID),
          PathState.toClient(CLIENT, 10_000, 0, new Random(1)),
          new PacketBuffer(),
          0);
  private long nextNumber;
  private long largestSeen = -1;
  private int closes;
  private long nowNs = Nanos.MILLISECOND;

  LifecycleTest() {
    server.acceptWith(
        open ->
            (context, begunNs) -> {
              transfer.context = context;
              return transfer;
            });
  }

  /** Of no content, and as far as the test says. */
  private static final class BareTransfer implements Transfer {
    TransferContext context;
    Stage stage = Stage.ACTIVE;
    final List<TransferFailure> ends = new ArrayList<>();

    void become(Stage newStage) {
      stage = newStage;
      context.changed();
    }

    @Override
    public Stage stage() {
      return stage;
    }

    @Override
    public long doneBytes() {
      return 0;
    }

    @Override
    public boolean isWaiting(long nowNs) {
      return false;
    }

    @Override
    public ContentStream content() {
      return ContentStream.NONE;
    }

    @Override
    public SendLimit waitsFor() {
      return SendLimit.ROUND_TRIP;
    }

    @Override
    public void onAccept(Accept accept, long nowNs) {}

    @Override
    public void onReject(Reject reject, long nowNs) {}

    @Override
    public boolean onData(long offset, ByteBuffer content, long nowNs) {
      return true;
    }

    @Override
    public void onWindow(long limit) {}

    @Override
    public void onAgain(Again again, long nowNs) {}

    @Override
    public boolean onCopy(Copy copy, long nowNs) {
      return true;
    }

    @Override
    public void onFinish(Finish finish, long nowNs) {}

    @Override
    public void onDone(long nowNs) {}

    @Override
    public void end(TransferFailure failure, long nowNs) {
      ends.add(failure);
    }
  }

  private void send(Consumer<ByteBuffer> frames) {
    ByteBuffer packet = ByteBuffer.allocate(1200);
    PacketHeader.write(packet, sealer.nextPhase(), SERVERS_ID, nextNumber);
    frames.accept(packet);
    int bytes =
        sealer.seal(
            nextNumber++,
            packet.array(),
            0,
            PacketHeader.BYTES,
            packet.position() - PacketHeader.BYTES);
    server.handle(ByteBuffer.wrap(packet.array(), 0, bytes), CLIENT, nowNs);
    poll();
  }

  private void poll() {
    while (server.pollTransmit(nowNs, transmit)) {
      byte[] packet = new byte[transmit.buffer().remaining()];
      transmit.buffer().get(packet);
      largestSeen++;
      int plaintextBytes =
          opener.open(
              largestSeen, 0, packet, 0, PacketHeader.BYTES, packet.length - PacketHeader.BYTES);
      new FrameReader()
          .read(
              ByteBuffer.wrap(packet, PacketHeader.BYTES, plaintextBytes),
              new IgnoringHandler() {
                @Override
                public void onClose(Close close) {
                  closes++;
                }
              });
    }
  }

  private void ackEverything(ByteBuffer packet) {
    AckRanges all = new AckRanges();
    all.add(0, Math.max(0, largestSeen));
    FrameWriter.ack(all, new AckTimes(), packet);
  }

  private void bring(Start start) {
    if (start == Start.UNASKED) {
      send(FrameWriter::ping);
      return;
    }
    FileAttributes file = new FileAttributes(1, 1, 0);
    Bytes id = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
    send(p -> FrameWriter.frame(new Open(0, Operation.PUT, false, true, id, file, "name"), p));
    switch (start) {
      case UNASKED, OPEN -> {}
      case DRAINING -> happen(Event.END_KNOWN);
      case CLOSING -> happen(Event.CLOSE);
      case ENDED -> happen(Event.ABANDON);
    }
    assertThat(server.state().name()).isEqualTo(start.name());
    closes = 0;
  }

  private void happen(Event event) {
    switch (event) {
      case PACKET -> send(FrameWriter::ping);
      case PEERS_CLOSE -> send(p -> FrameWriter.frame(new Close(Close.DONE, ""), p));
      case BREACH -> send(p -> p.put((byte) 99));
      case END_KNOWN -> {
        transfer.stage = Stage.OVER;
        transfer.context.frames().done();
        poll();
        send(this::ackEverything);
      }
      case CLOSE -> server.close(Close.STOPPED, "", new TransferFailure.Stopped(), nowNs);
      case TRANSFER_CLOSES -> transfer.context.close(new Close(Close.DONE, ""), nowNs);
      case ABANDON -> server.abandon(new TransferFailure.Disconnected(), nowNs);
      case OPEN_DUE -> expire(Timer.OPEN);
      case PROGRESS_DUE -> expire(Timer.PROGRESS);
      case CLOSE_REPEAT_DUE -> expire(Timer.CLOSE_REPEAT);
      case DRAIN_DUE -> expire(Timer.DRAIN);
    }
    poll();
  }

  private void expire(Timer timer) {
    nowNs = server.deadlineNs(timer);
    assertThat(nowNs).isNotEqualTo(Nanos.NEVER);
    server.onTimeout(nowNs);
  }

  private static boolean isTimer(Event event) {
    return event.name().endsWith("_DUE");
  }

  private static Timer timer(Event event) {
    return Timer.valueOf(event.name().replace("_DUE", ""));
  }

  private static List<List<String>> rows() {
    return TABLE.lines().map(line -> BLANKS.splitAsStream(line.trim()).toList()).toList();
  }

  static List<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (List<String> row : rows()) {
      Iterator<String> words = row.iterator();
      Event event = Event.valueOf(words.next());
      for (Start start : Start.values()) {
        cells.add(Arguments.of(start, event, words.next()));
      }
    }
    return cells;
  }

  @Test
  void shouldCoverEveryEvent() {
    assertThat(rows().stream().map(row -> Event.valueOf(row.get(0))))
        .containsExactly(Event.values());
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("cells")
  void shouldGoOnAsTheTableSays(Start start, Event event, String expected) {
    bring(start);
    if (expected.equals("-")) {
      if (isTimer(event)) {
        assertThat(server.deadlineNs(timer(event))).as("timer").isEqualTo(Nanos.NEVER);
      }
      return;
    }
    happen(event);
    assertThat(server.state() + (closes > 0 ? "+" : "")).isEqualTo(expected);
    assertThat(closes).isLessThanOrEqualTo(1);
  }

  /** Whoever ends a connection, its transfer hears of it. */
  @Test
  void shouldEndTheTransferWithTheConnection() {
    bring(Start.OPEN);
    happen(Event.PEERS_CLOSE);
    assertThat(transfer.ends).hasOnlyElementsOfType(TransferFailure.EndedByPeer.class).hasSize(1);
  }

  private Set<Timer> running() {
    return Arrays.stream(Timer.values())
        .filter(timer -> server.deadlineNs(timer) != Nanos.NEVER)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Timer.class)));
  }

  @Test
  void shouldRunTheTimersOfItsState() {
    bring(Start.OPEN);
    assertThat(running()).containsExactly(Timer.PROGRESS);
    happen(Event.PACKET);
    assertThat(running()).containsExactly(Timer.ACK_DELAY, Timer.PROGRESS);
    happen(Event.END_KNOWN);
    assertThat(running()).contains(Timer.DRAIN).doesNotContain(Timer.CLOSE_REPEAT);
    happen(Event.CLOSE);
    assertThat(running()).containsExactly(Timer.CLOSE_REPEAT, Timer.DRAIN);
    happen(Event.ABANDON);
    assertThat(running()).isEmpty();
    assertThat(server.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  /** What was received must not be forgotten while it is being published. */
  @Test
  void shouldNotBeForgottenWhileItsTransferIsBusy() {
    bring(Start.OPEN);
    transfer.become(Stage.BUSY);
    assertThat(server.deadlineNs(Timer.PROGRESS)).isEqualTo(Nanos.NEVER);
    happen(Event.ABANDON);
    assertThat(server.state()).isEqualTo(State.ENDED);
    assertThat(server.isEnded()).isFalse();
    transfer.become(Stage.OVER);
    assertThat(server.isEnded()).isTrue();
  }

  @Test
  void shouldLetItsOwnerLeaveOnceThePeerHasBeenTold() {
    bring(Start.OPEN);
    assertThat(server.mayLeave()).isFalse();
    assertThat(server.isDispensable()).isFalse();
    server.close(Close.STOPPED, "", new TransferFailure.Stopped(), nowNs);
    assertThat(server.mayLeave()).isFalse();
    poll();
    assertThat(server.mayLeave()).isTrue();
    transfer.become(Stage.OVER);
    assertThat(server.isDispensable()).isTrue();
  }

  @Test
  void shouldBeUnheardUntilAGenuinePacketComes() {
    assertThat(server.isUnheard()).isTrue();
    server.handle(ByteBuffer.allocate(100), CLIENT, nowNs);
    assertThat(server.isUnheard()).isTrue();
    bring(Start.UNASKED);
    assertThat(server.isUnheard()).isFalse();
  }
}
