package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link RetryLoop} with connections that are made up, in virtual time. */
class RetryLoopTest {
  private static final long KEEP_TRYING_NS = 600 * Nanos.SECOND;

  /** How long it takes to find out that nobody answers: over UDP, TCP, and UDP once more. */
  private static final long SEARCH_NS = 30 * Nanos.SECOND;

  /** How long a connection waits for a server that is silent. */
  private static final long SILENCE_NS = 120 * Nanos.SECOND;

  private static final InetSocketAddress HERE = server(1);
  private static final InetSocketAddress THERE = server(2);
  private static final ClientEvent COMPLETED =
      new ClientEvent.Completed(TransferStats.NOTHING, 0, null, null);

  private static InetSocketAddress server(int last) {
    try {
      byte[] address = {(byte) 192, 0, 2, (byte) last};
      return new InetSocketAddress(InetAddress.getByAddress("server", address), 7000);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClientEvent failed(TransferFailure failure) {
    return new ClientEvent.Failed(failure, TransferStats.NOTHING);
  }

  /** A server that is there at times, and a client that loses contact with it. */
  private final class World implements RetryLoop.Connections {
    /** Where the server is, and since when. */
    private InetSocketAddress at = HERE;

    private long downUntilNs = begunNs;
    private Left left = Left.NO;
    private @Nullable InetSocketAddress last;
    private int connections;

    /** What the next connections end with, in turn; then the file is complete. */
    private final List<Supplier<ClientEvent>> ends = new ArrayList<>();

    private final Queue<Runnable> happenings = new ArrayDeque<>();

    World lasting(long silenceNs, TransferFailure failure) {
      ends.add(
          () -> {
            nowNs += silenceNs;
            return failed(failure);
          });
      return this;
    }

    /** What happens while the next connection runs. */
    World meanwhile(Runnable happening) {
      happenings.add(happening);
      return this;
    }

    /** The server goes away while the next connection runs, and comes back. */
    World away(long awayNs) {
      return meanwhile(() -> downUntilNs = nowNs + awayNs);
    }

    World left(Left newLeft) {
      ends.add(
          () -> {
            left = newLeft;
            return failed(new TransferFailure.Stopped());
          });
      return this;
    }

    @Override
    public ClientEvent search(List<InetSocketAddress> addresses) {
      asked.addAll(addresses);
      left = Left.NO;
      last = addresses.get(addresses.size() - 1);
      if (!addresses.contains(at) || nowNs - downUntilNs < 0) {
        nowNs += SEARCH_NS;
        return failed(new TransferFailure.NoAnswer());
      }
      return connect();
    }

    private ClientEvent connect() {
      last = at;
      connections++;
      continuation.agreed(doneBytes, nowNs);
      if (!happenings.isEmpty()) {
        happenings.remove().run();
      }
      if (connections <= ends.size()) {
        doneBytes++;
        continuation.done(doneBytes, nowNs);
        return ends.get(connections - 1).get();
      }
      return COMPLETED;
    }

    @Override
    public ClientEvent overStream() {
      left = Left.NO;
      streams++;
      return connect();
    }

    @Override
    public Left left() {
      return left;
    }

    @Override
    public @Nullable InetSocketAddress lastServer() {
      return last;
    }
  }

  /** The clock overflows within a minute. */
  private final long begunNs = Nanos.after(Long.MAX_VALUE, -60 * Nanos.SECOND);

  private long nowNs = begunNs;
  private Continuation continuation = new Continuation(KEEP_TRYING_NS, nowNs);
  private long doneBytes;
  private int streams;
  private final World world = new World();
  private final List<InetSocketAddress> asked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private Resolver resolver = () -> List.of(HERE);
  private int stopAfterPauses = Integer.MAX_VALUE;

  private final TransferListener listener =
      new TransferListener() {
        @Override
        public void goesOnOverTcp() {}

        @Override
        public void retrying(TransferFailure failure, long withoutProgressNs, long pauseNs) {
          told.add(failure.kind() + " " + withoutProgressNs / Nanos.SECOND);
        }

        @Override
        public void connected(ClientEvent.Connected event) {}

        @Override
        public void progress(long bytes, long atNs) {}
      };

  private ClientEvent run() throws IOException {
    RetryLoop loop =
        new RetryLoop(
            world,
            new ServerLookup(List.of(HERE), () -> resolver.resolve()),
            continuation,
            () -> nowNs,
            this::pause,
            listener);
    return loop.run();
  }

  private boolean pause(long pauseNs) {
    nowNs += pauseNs;
    return --stopAfterPauses > 0;
  }

  private void shouldHaveEndedBy(ClientEvent end, TransferFailure.Kind kind) {
    assertThat(end).isInstanceOf(ClientEvent.Failed.class);
    assertThat(((ClientEvent.Failed) end).failure().kind()).isEqualTo(kind);
  }

  @Test
  void shouldRunOneConnectionIfNothingHappens() throws IOException {
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(world.connections).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  /** Whoever types a wrong name does not want to wait. */
  @Test
  void shouldNotWaitForAServerThatHasNeverAgreed() throws IOException {
    world.at = THERE;
    shouldHaveEndedBy(run(), TransferFailure.Kind.NO_ANSWER);
    assertThat(nowNs - begunNs).isEqualTo(SEARCH_NS);
    assertThat(told).isEmpty();
  }

  /** An end is stopped for 150 s, twenty times. */
  @Test
  void shouldGoOnAfterEachStop() throws IOException {
    for (int i = 0; i < 20; i++) {
      world.lasting(150 * Nanos.SECOND, new TransferFailure.LostContact());
    }
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(world.connections).isEqualTo(21);
    assertThat(told).hasSize(20).allMatch("LOST_CONTACT 150"::equals);
  }

  /** What ends one connection may be anything that passes. */
  @Test
  void shouldGoOnAfterWhateverPasses() throws IOException {
    world
        .lasting(0, new TransferFailure.Disconnected())
        .lasting(20 * Nanos.SECOND, new TransferFailure.NothingListens(true, false))
        .lasting(0, new TransferFailure.EndedByPeer(TransferFailure.EndedByPeer.STOPPED, ""))
        .lasting(0, new TransferFailure.OutcomeUnknown(true))
        .lasting(0, new TransferFailure.Refused(RefusalReason.BUSY, "", 7));
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(told)
        .containsExactly(
            "DISCONNECTED 0",
            "NOTHING_LISTENS 20",
            "ENDED_BY_PEER 0",
            "OUTCOME_UNKNOWN 0",
            "REFUSED 0");
  }

  @Test
  void shouldEndAtOnceByWhatDoesNotPass() throws IOException {
    world.lasting(0, new TransferFailure.Refused(RefusalReason.NO_SUCH_FILE));
    shouldHaveEndedBy(run(), TransferFailure.Kind.REFUSED);
    assertThat(told).isEmpty();
  }

  /** The server is away for less than the time, and for long enough that no pause is short. */
  @ParameterizedTest
  @ValueSource(longs = {1, 30, 150, 400, 590})
  void shouldOutliveAnOutage(long seconds) throws IOException {
    world.lasting(SILENCE_NS, new TransferFailure.LostContact());
    world.away(seconds * Nanos.SECOND);
    assertThat(run()).isEqualTo(COMPLETED);
    long lateNs = nowNs - world.downUntilNs;
    assertThat(lateNs).isLessThanOrEqualTo(Math.max(SILENCE_NS, SEARCH_NS + 5 * Nanos.SECOND));
  }

  /** What ended the last connection says more than that nobody has answered since. */
  @Test
  void shouldGiveUpAnOutageThatIsLongerThanTheTime() throws IOException {
    world.lasting(SILENCE_NS, new TransferFailure.LostContact());
    world.away(10 * KEEP_TRYING_NS);
    shouldHaveEndedBy(run(), TransferFailure.Kind.LOST_CONTACT);
    assertThat(nowNs - begunNs).isBetween(KEEP_TRYING_NS, KEEP_TRYING_NS + SEARCH_NS);
    assertThat(told).hasSizeGreaterThan(10).allMatch(line -> line.startsWith("LOST_CONTACT "));
  }

  @Test
  void shouldRunOneConnectionOnlyIfThatIsWanted() throws IOException {
    continuation = new Continuation(0, nowNs);
    world.lasting(0, new TransferFailure.Disconnected());
    shouldHaveEndedBy(run(), TransferFailure.Kind.DISCONNECTED);
    assertThat(world.connections).isEqualTo(1);
  }

  /** The name leads to another address, where the server is started anew a while later. */
  @Test
  void shouldFollowTheName() throws IOException {
    world.lasting(SILENCE_NS, new TransferFailure.NothingListens(true, false));
    world.meanwhile(
        () -> {
          world.at = THERE;
          world.downUntilNs = nowNs + 200 * Nanos.SECOND;
          resolver = () -> List.of(THERE);
        });
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(asked.get(0)).isEqualTo(HERE);
    assertThat(asked.subList(1, asked.size())).isNotEmpty().containsOnly(THERE);
  }

  /** Without a network no name resolves; the server is where it was. */
  @Test
  void shouldTryTheLastAddressesIfTheNameDoesNotResolve() throws IOException {
    world.lasting(SILENCE_NS, new TransferFailure.LostContact());
    resolver =
        () -> {
          throw new UnknownHostException("no network");
        };
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(asked).containsExactly(HERE, HERE);
  }

  /** A transfer stays where it has begun, though its name has other addresses, too. */
  @Test
  void shouldBeginWithTheAddressThatHasAgreed() throws IOException {
    world.lasting(SILENCE_NS, new TransferFailure.LostContact());
    resolver = () -> List.of(THERE, HERE);
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(asked).containsExactly(HERE, HERE, THERE);
  }

  /** Nothing is waited for: there is a way already. */
  @Test
  void shouldGoOnAtOnceByAnotherWay() throws IOException {
    world.left(RetryLoop.Connections.Left.FOR_STREAM).left(RetryLoop.Connections.Left.FOR_SEARCH);
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(streams).isEqualTo(1);
    assertThat(told).isEmpty();
    assertThat(nowNs).isEqualTo(begunNs);
  }

  /** The other way may lead nowhere: then that is an outage as any other. */
  @Test
  void shouldKeepTryingIfTheOtherWayLeadsNowhere() throws IOException {
    world.left(RetryLoop.Connections.Left.FOR_SEARCH);
    world.away(100 * Nanos.SECOND);
    assertThat(run()).isEqualTo(COMPLETED);
    assertThat(told).hasSizeBetween(2, 5);
  }

  @Test
  void shouldEndInAPauseIfItIsStopped() throws IOException {
    stopAfterPauses = 1;
    world.lasting(0, new TransferFailure.LostContact());
    shouldHaveEndedBy(run(), TransferFailure.Kind.STOPPED);
    assertThat(world.connections).isEqualTo(1);
  }
}
