package dev.ferry.proxy.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.Fate.Drop;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import dev.ferry.netsim.Selection;
import dev.ferry.protocol.util.Nanos;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the proxy decides, in virtual time. */
class ProxyEngineTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final ImpairmentSpec NONE = ImpairmentSpec.NONE;

  private static InetSocketAddress client(int number) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1000 + number);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static ProxyEngine engine(ImpairmentSpec up, ImpairmentSpec down) {
    return new ProxyEngine(up, down, 1, 3, 60 * Nanos.SECOND);
  }

  private static List<String> arrivals(ProxyEngine engine, long nowNs) {
    List<String> result = new ArrayList<>();
    for (Arrival next = engine.poll(nowNs); next != null; next = engine.poll(nowNs)) {
      result.add(next.direction() + " " + UTF_8.decode(next.payload().duplicate()));
    }
    return result;
  }

  @Test
  void shouldPassEverythingUnchangedIfNothingIsAsked() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow flow = engine.open(client(1), 0);
    engine.handle(flow, Direction.UP, bytes("there"), 0);
    engine.handle(flow, Direction.DOWN, bytes("back"), 0);
    engine.handle(flow, Direction.UP, bytes(""), 0);

    assertThat(arrivals(engine, 0)).containsExactly("UP there", "DOWN back", "UP ");
    assertThat(engine.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldDelayEachDirectionByItsOwn() {
    ProxyEngine engine =
        engine(NONE.withDelay(50 * MS, NONE.jitter()), NONE.withDelay(20 * MS, NONE.jitter()));
    Flow flow = engine.open(client(1), 0);
    engine.handle(flow, Direction.UP, bytes("up"), 0);
    engine.handle(flow, Direction.DOWN, bytes("down"), 10 * MS);

    assertThat(engine.nextTimeout()).isEqualTo(30 * MS);
    assertThat(arrivals(engine, 30 * MS - 1)).isEmpty();
    assertThat(arrivals(engine, 30 * MS)).containsExactly("DOWN down");
    assertThat(arrivals(engine, 50 * MS)).containsExactly("UP up");
  }

  @Test
  void shouldCountWhatBecameOfEverything() {
    Selection second = new Selection.Listed(Set.of(2L));
    ProxyEngine engine =
        engine(NONE.withLoss(second).withDuplicate(Selection.share(1)), NONE.withMtu(100));
    Flow flow = engine.open(client(1), 0);
    for (String text : List.of("1", "2", "3")) {
      engine.handle(flow, Direction.UP, bytes(text), 0);
    }
    engine.handle(flow, Direction.DOWN, bytes("x".repeat(73)), 0);

    assertThat(arrivals(engine, 0)).containsExactly("UP 1", "UP 1", "UP 3", "UP 3");
    Counters up = engine.counters(Direction.UP);
    assertThat(List.of(up.received(), up.sent(), up.duplicated(), up.dropped(Drop.LOSS)))
        .containsExactly(3L, 4L, 2L, 1L);
    assertThat(engine.counters(Direction.DOWN).dropped(Drop.MTU)).isEqualTo(1);
  }

  @Test
  void shouldFlipOneBitAndLeaveWhatMayBeReplayedAsItWas() {
    ProxyEngine engine = engine(NONE.withCorrupt(Selection.share(1)), NONE);
    Flow flow = engine.open(client(1), 0);
    ByteBuffer original = ByteBuffer.allocate(100);
    engine.handle(flow, Direction.UP, original, 0);

    Arrival arrival = engine.poll(0);
    assertThat(arrival).isNotNull();
    int ones = 0;
    for (int i = 0; i < 100; i++) {
      ones += Integer.bitCount(arrival.payload().get(i) & 0xff);
    }
    assertThat(ones).isEqualTo(1);
    assertThat(original).isEqualTo(ByteBuffer.allocate(100));
  }

  @Test
  void shouldReplayWhatWasSentBefore() {
    ProxyEngine engine = engine(NONE.withReplay(Selection.share(1)), NONE);
    Flow flow = engine.open(client(1), 0);
    for (int i = 0; i < 200; i++) {
      engine.handle(flow, Direction.UP, bytes("datagram " + i), 0);
    }
    assertThat(arrivals(engine, 0)).hasSize(200 + 199).doesNotContain("UP ");
    assertThat(engine.counters(Direction.UP).replayed()).isEqualTo(199);
  }

  @Test
  void shouldDoTheSameForTheSameSeed() {
    assertThat(course(7)).isEqualTo(course(7)).isNotEqualTo(course(8));
  }

  private static List<String> course(long seed) {
    ImpairmentSpec bad =
        NONE.withLoss(Selection.share(0.3))
            .withDuplicate(Selection.share(0.2))
            .withReorder(Selection.share(0.3), 5 * MS)
            .withReplay(Selection.share(0.1));
    ProxyEngine engine = new ProxyEngine(bad, bad, seed, 10, 60 * Nanos.SECOND);
    List<String> result = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      InetSocketAddress client = client(i % 3);
      Flow known = engine.flow(client);
      Flow flow = known == null ? engine.open(client, i * MS) : known;
      Direction direction = i % 2 == 0 ? Direction.UP : Direction.DOWN;
      engine.handle(flow, direction, bytes("datagram " + i), i * MS);
      result.addAll(arrivals(engine, i * MS));
    }
    return result;
  }

  @Test
  void shouldForgetTheLongestSilentFlowIfThereAreTooMany() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow first = engine.open(client(1), 0);
    Flow second = engine.open(client(2), 1);
    engine.open(client(3), 2);
    engine.handle(first, Direction.DOWN, bytes("alive"), 3);
    assertThat(engine.expire(3)).isNull();
    engine.open(client(4), 4);

    assertThat(engine.expire(4)).isSameAs(second);
    assertThat(engine.expire(4)).isNull();
    assertThat(engine.flowCount()).isEqualTo(3);
    assertThat(engine.flow(client(2))).isNull();
  }

  @Test
  void shouldForgetAFlowThatIsIdle() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow flow = engine.open(client(1), 0);
    assertThat(engine.expire(60 * Nanos.SECOND - 1)).isNull();
    assertThat(engine.expire(60 * Nanos.SECOND)).isSameAs(flow);
    assertThat(engine.expire(60 * Nanos.SECOND)).isNull();
  }

  @Test
  void shouldChangeEveryFlowWhenItIsReconfigured() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow old = engine.open(client(1), 0);
    engine.reconfigure(NONE.withLoss(Selection.share(1)), NONE);
    Flow anew = engine.open(client(2), 0);
    engine.handle(old, Direction.UP, bytes("lost"), 0);
    engine.handle(anew, Direction.UP, bytes("lost"), 0);
    engine.handle(anew, Direction.DOWN, bytes("passes"), 0);
    assertThat(arrivals(engine, 0)).containsExactly("DOWN passes");
  }

  /** Otherwise a late first answer may leave no moment at which both directions are up. */
  @Test
  void shouldRunTheSchedulesOfBothDirectionsByOneClock() {
    ImpairmentSpec outages = NONE.withBlackhole(new Blackhole(200 * MS, 300 * MS));
    ProxyEngine engine = engine(outages, outages);
    Flow flow = engine.open(client(1), 0);
    engine.handle(flow, Direction.UP, bytes("ask"), 0);
    engine.handle(flow, Direction.DOWN, bytes("late"), 250 * MS);
    engine.handle(flow, Direction.UP, bytes("again"), 510 * MS);
    engine.handle(flow, Direction.DOWN, bytes("answer"), 510 * MS);

    assertThat(arrivals(engine, 510 * MS)).containsExactly("UP ask", "UP again", "DOWN answer");
  }

  @Test
  void shouldHoldEverythingBackWhilePaused() {
    ProxyEngine engine = engine(NONE.withDelay(10 * MS, NONE.jitter()), NONE);
    Flow flow = engine.open(client(1), 0);
    engine.handle(flow, Direction.UP, bytes("before"), 0);
    engine.setPaused(true);
    engine.handle(flow, Direction.DOWN, bytes("at once"), 5 * MS);
    engine.handle(flow, Direction.UP, bytes("late"), 30 * MS);

    assertThat(engine.nextTimeout()).isEqualTo(Nanos.NEVER);
    assertThat(arrivals(engine, 35 * MS)).isEmpty();
    assertThat(engine.heldDatagrams()).isEqualTo(3);
    assertThat(engine.counters(Direction.UP).sent()).isZero();

    engine.setPaused(false);
    assertThat(engine.nextTimeout()).isEqualTo(5 * MS);
    assertThat(arrivals(engine, 35 * MS)).containsExactly("DOWN at once", "UP before");
    assertThat(arrivals(engine, 40 * MS)).containsExactly("UP late");
  }

  @Test
  void shouldDropWhatArrivesWhileItIsABlackhole() {
    ImpairmentSpec slow = NONE.withDelay(10 * MS, NONE.jitter()).withReplay(Selection.share(1));
    ProxyEngine engine = engine(slow, NONE);
    Flow old = engine.open(client(1), 0);
    engine.handle(old, Direction.UP, bytes("inside already"), 0);
    engine.setBlackhole(true);
    Flow anew = engine.open(client(2), 0);
    engine.handle(old, Direction.UP, bytes("x"), 0);
    engine.handle(anew, Direction.UP, bytes("x"), 0);
    engine.handle(anew, Direction.DOWN, bytes("x"), 0);

    assertThat(arrivals(engine, 10 * MS)).containsExactly("UP inside already");
    assertThat(engine.counters(Direction.UP).dropped(Drop.BLACKHOLE)).isEqualTo(2);
    assertThat(engine.counters(Direction.DOWN).dropped(Drop.BLACKHOLE)).isEqualTo(1);
    assertThat(engine.spec(Direction.UP)).isEqualTo(slow);
  }

  @Test
  void shouldGoOnAsAskedAfterABlackhole() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow flow = engine.open(client(1), 0);
    engine.setBlackhole(true);
    engine.reconfigure(NONE.withDuplicate(Selection.share(1)), NONE);
    engine.handle(flow, Direction.UP, bytes("swallowed"), 0);
    engine.setBlackhole(false);
    engine.handle(flow, Direction.UP, bytes("twice"), 0);

    assertThat(arrivals(engine, 0)).containsExactly("UP twice", "UP twice");
  }

  @Test
  void shouldNotHoldMoreThanItMay() {
    ProxyEngine engine = engine(NONE, NONE);
    Flow flow = engine.open(client(1), 0);
    engine.setPaused(true);
    ByteBuffer large = ByteBuffer.allocate(1 << 16);
    int room = (int) (ProxyEngine.MAX_HELD_BYTES / (large.capacity() + 256));
    for (int i = 0; i < room + 5; i++) {
      engine.handle(flow, Direction.UP, large, 0);
    }
    assertThat(engine.heldDatagrams()).isEqualTo(room);
    assertThat(engine.counters(Direction.UP).overflowed()).isEqualTo(5);

    engine.setPaused(false);
    assertThat(arrivals(engine, 0)).hasSize(room);
    engine.handle(flow, Direction.UP, large, 0);
    assertThat(arrivals(engine, 0)).as("there is room again").hasSize(1);
  }

  @Test
  void shouldCountFromZeroAgain() {
    ProxyEngine engine = engine(NONE.withMtu(100), NONE);
    Flow flow = engine.open(client(1), 0);
    engine.handle(flow, Direction.UP, ByteBuffer.allocate(100), 0);
    engine.handle(flow, Direction.UP, ByteBuffer.allocate(10), 0);
    arrivals(engine, 0);
    Counters counters = engine.counters(Direction.UP);
    counters.clear();
    assertThat(counters).usingRecursiveComparison().isEqualTo(new Counters());
  }
}
