package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.Capture.Packet;
import dev.ferry.proxy.core.Arrival;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.proxy.core.Tap;
import dev.ferry.proxy.pcap.PcapWriter;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The capture, read back. */
class PcapTest {
  private static final long EPOCH_NS = 1_700_000_000_123_456_789L;
  private static final InetSocketAddress CLIENT = address("192.0.2.1", 4711);
  private static final InetSocketAddress PROXY = address("192.0.2.2", 12_301);
  private static final InetSocketAddress OUTSIDE = address("198.51.100.2", 40_000);
  private static final InetSocketAddress SERVER = address("198.51.100.3", 12_300);
  private static final InetSocketAddress SERVER6 = address("2001:db8::3", 12_300);

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private static InetSocketAddress address(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private ProxyEngine engine(String up, InetSocketAddress server) throws CommandException {
    ImpairmentSpec spec = ImpairmentText.apply(ImpairmentSpec.NONE, up);
    ProxyEngine engine = new ProxyEngine(spec, ImpairmentSpec.NONE, 1, 10, Nanos.SECOND);
    engine.attach(new PcapWriter(EPOCH_NS, client -> PROXY, server, file::writeBytes));
    return engine;
  }

  private static Flow open(ProxyEngine engine, InetSocketAddress client) {
    Flow flow = engine.open(client, 0);
    flow.setUpstream(OUTSIDE);
    return flow;
  }

  private static void handle(ProxyEngine engine, Flow flow, Direction way, String text, long ns) {
    engine.handle(flow, way, ByteBuffer.wrap(text.getBytes(UTF_8)), ns);
  }

  private static void drain(ProxyEngine engine, long nowNs) {
    for (Arrival next = engine.poll(nowNs); next != null; next = engine.poll(nowNs)) {
      engine.sent(next, nowNs);
    }
  }

  private List<Packet> packets() {
    Capture capture = Capture.read(file.toByteArray());
    assertThat(capture.interfaces()).containsExactly("clients", "server");
    return capture.packets();
  }

  @Test
  void shouldShowBothSidesOfTheProxy() throws CommandException {
    ProxyEngine engine = engine("delay=2us", SERVER);
    Flow flow = open(engine, CLIENT);
    handle(engine, flow, Direction.UP, "there", 0);
    drain(engine, 2_000);
    handle(engine, flow, Direction.DOWN, "back", 3_000);
    drain(engine, 3_001);

    assertThat(packets())
        .extracting(p -> p.on() + " " + p.way() + " " + p.from() + " " + p.to() + " " + p.text())
        .containsExactly(
            "clients inbound c0000201:4711 c0000202:12301 there",
            "server outbound c6336402:40000 c6336403:12300 there",
            "server inbound c6336403:12300 c6336402:40000 back",
            "clients outbound c0000202:12301 c0000201:4711 back");
    assertThat(packets())
        .extracting(packet -> packet.atNs() - EPOCH_NS)
        .containsExactly(0L, 2_000L, 3_000L, 3_001L);
    assertThat(packets())
        .extracting(Packet::comment)
        .containsExactly(
            "flow 1 up 1: delivered",
            "flow 1 up 1: original",
            "flow 1 down 1: delivered",
            "flow 1 down 1: original");
  }

  @Test
  void shouldShowWhatIsDroppedOnOneSideOnly() throws CommandException {
    ProxyEngine engine = engine("loss=list:1,replay=100%", SERVER);
    Flow flow = open(engine, CLIENT);
    handle(engine, flow, Direction.UP, "lost", 0);
    handle(engine, flow, Direction.UP, "arrives", 0);
    drain(engine, 0);
    assertThat(packets())
        .extracting(packet -> packet.on() + " " + packet.text() + ", " + packet.comment())
        .containsExactly(
            "clients lost, flow 1 up 1: dropped: loss",
            "clients arrives, flow 1 up 2: delivered: original + replay",
            "server arrives, flow 1 up 2: original",
            "server lost, flow 1 up 1: replay");
  }

  @Test
  void shouldSayHowADatagramWasDamaged() throws CommandException {
    ProxyEngine engine =
        engine("corrupt=100%,truncate=100%,reorder=100%:0s,duplicate=100%", SERVER);
    handle(engine, open(engine, CLIENT), Direction.UP, "x".repeat(1000), 0);
    drain(engine, 0);

    assertThat(packets().get(0).comment())
        .matches(
            "flow 1 up 1: delivered: original, held back, bit [0-9]+ flipped,"
                + " cut to [0-9]+ bytes \\+ duplicate");
    assertThat(packets().get(1).comment())
        .matches("flow 1 up 1: original, held back, bit [0-9]+ flipped");
    assertThat(packets().get(1).payload().remaining()).isLessThan(1000);
  }

  @Test
  void shouldMapAddressesOfIpv4IfTheOtherOneIsOfIpv6() throws CommandException {
    ProxyEngine engine = engine("mtu=1500", SERVER6);
    handle(engine, open(engine, CLIENT), Direction.UP, "odd", 0);
    drain(engine, 0);

    assertThat(packets().get(1).from()).isEqualTo("00000000000000000000ffffc6336402:40000");
    assertThat(packets().get(1).to()).isEqualTo("20010db8000000000000000000000003:12300");
  }

  @Test
  void shouldHaveTheRightChecksumsWhateverThePayload() throws CommandException {
    for (InetSocketAddress server : List.of(SERVER, SERVER6)) {
      ProxyEngine engine = engine("mtu=1500", server);
      Flow flow = open(engine, CLIENT);
      Random random = new Random(4);
      for (int bytes = 0; bytes < 70_000; bytes += 1 + bytes / 7) {
        byte[] payload = new byte[Math.min(bytes, 65_507)];
        random.nextBytes(payload);
        engine.handle(flow, Direction.DOWN, ByteBuffer.wrap(payload), 0);
      }
      assertThat(packets()).hasSizeGreaterThan(50); // Reading checks the sums.
      file.reset();
    }
  }

  @Test
  void shouldNeverHaveTheChecksumThatMeansNone() throws CommandException {
    ProxyEngine engine = engine("mtu=1500", SERVER);
    Flow flow = open(engine, CLIENT);
    engine.handle(flow, Direction.DOWN, ByteBuffer.allocate(2), 0);
    // The checksum as payload makes the sum all ones, whose complement is 0.
    short checksum = packets().get(0).checksum();
    engine.handle(flow, Direction.DOWN, ByteBuffer.allocate(2).putShort(checksum).flip(), 0);

    assertThat(packets().get(1).checksum()).isEqualTo((short) 0xffff);
  }

  @Test
  void shouldHoldWhatWentInAndOutInTheOrderOfTime() {
    for (long course = 0; course < 10; course++) {
      List<String> expected = new ArrayList<>();
      file.reset();
      PcapWriter pcap = new PcapWriter(EPOCH_NS, client -> PROXY, SERVER, file::writeBytes);
      new RandomCourse(course, 0).run(course, new Both(pcap, expected));
      assertThat(packets())
          .as("course %d", course)
          .extracting(packet -> packet.atNs() - EPOCH_NS + " " + packet.on() + " " + packet.text())
          .isEqualTo(expected);
    }
  }

  /** Keeps a list beside the capture. */
  private record Both(Tap tap, List<String> list) implements Tap {
    @Override
    public void opened(Flow flow, long nowNs) {
      tap.opened(flow, nowNs);
    }

    @Override
    public void entered(Flow flow, Direction way, ByteBuffer payload, Fate fate, long nowNs) {
      add(way == Direction.UP, payload, nowNs);
      tap.entered(flow, way, payload, fate, nowNs);
    }

    @Override
    public void sent(Flow flow, Direction way, Delivery delivery, ByteBuffer payload, long nowNs) {
      add(way == Direction.DOWN, payload, nowNs);
      tap.sent(flow, way, delivery, payload, nowNs);
    }

    private void add(boolean atClients, ByteBuffer payload, long nowNs) {
      String text = UTF_8.decode(payload.duplicate()).toString();
      list.add(nowNs + (atClients ? " clients " : " server ") + text);
    }
  }
}
