package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ImpairmentText;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.core.Arrival;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.proxy.trace.TraceWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of the trace, each of them written out. */
class TraceTest {
  private static final long START_NS = 5 * Nanos.SECOND;
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private final List<String> lines = new ArrayList<>();

  private ProxyEngine engine(String up, String down) throws CommandException {
    ProxyEngine engine =
        new ProxyEngine(
            ImpairmentText.apply(ImpairmentSpec.NONE, up),
            ImpairmentText.apply(ImpairmentSpec.NONE, down),
            1,
            10,
            Nanos.SECOND);
    engine.attach(new TraceWriter(START_NS, line -> lines.add(new String(line, UTF_8))));
    return engine;
  }

  private static void drain(ProxyEngine engine, long nowNs) {
    for (Arrival next = engine.poll(nowNs); next != null; next = engine.poll(nowNs)) {
      engine.sent(next, nowNs);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** What follows the schema and the kind of line. */
  private String rest(int line, String event) {
    String prefix = "{\"schema\":\"ferry.trace.v1\",\"event\":\"" + event + "\",";
    assertThat(lines.get(line)).startsWith(prefix).endsWith("}\n");
    return lines.get(line).substring(prefix.length()).replace('"', '\'').stripTrailing();
  }

  @Test
  void shouldTellOfTheClientTheDatagramAndItsWayOut() throws CommandException {
    ProxyEngine engine = engine("delay=2us", "delay=1us");
    Flow flow = engine.open(CLIENT, START_NS);
    engine.handle(flow, Direction.UP, bytes("d | 1 | abc"), START_NS + 7);
    drain(engine, START_NS + 2_100);

    assertThat(lines).hasSize(3);
    assertThat(rest(0, "opened"))
        .isEqualTo("'timeNs':0,'flow':1,'client':'127.0.0.1','port':4711}");
    assertThat(rest(1, "entered"))
        .isEqualTo(
            "'timeNs':7,'flow':1,'direction':'up','number':1,'bytes':11,'verdict':'delivered',"
                + "'deliveries':[{'kind':'original','number':1,'atNs':2007}],"
                + "'message':{'type':'data','dialect':'spaced','seqno':1,'payloadBytes':3}}");
    assertThat(rest(2, "sent"))
        .isEqualTo(
            "'timeNs':2100,'flow':1,'direction':'up','number':1,'kind':'original',"
                + "'dueNs':2007,'bytes':11}");
  }

  @ParameterizedTest
  @CsvSource({"loss=list:2, lost", "mtu=30, mtu", "blackhole=0s/1s, blackhole", "queue=20, queue"})
  void shouldSayWhyADatagramDoesNotArrive(String impairment, String verdict)
      throws CommandException {
    ProxyEngine engine = engine("rate=1kbit," + impairment, "delay=0s");
    Flow flow = engine.open(CLIENT, START_NS);
    engine.handle(flow, Direction.UP, bytes("d | 1 | abc"), START_NS);
    engine.handle(flow, Direction.UP, bytes("d | 2 | abc"), START_NS);

    assertThat(rest(2, "entered"))
        .contains("'number':2,", "'verdict':'" + verdict + "','deliveries':[],");
  }

  @Test
  void shouldSayInWhatStateADatagramArrives() throws CommandException {
    ProxyEngine engine =
        engine("corrupt=100%,truncate=100%,reorder=100%:9ns,duplicate=100%", "mtu=99");
    engine.handle(engine.open(CLIENT, START_NS), Direction.UP, bytes("d | 1 | abc"), START_NS);
    drain(engine, START_NS + 9);

    assertThat(rest(1, "entered"))
        .matches(
            ".*'deliveries':\\[\\{'kind':'original','number':1,'atNs':9,'flippedBit':[0-9]+,"
                + "'keptBytes':[0-9]+,'heldBack':true},"
                + "\\{'kind':'duplicate','number':1,'atNs':0}].*");
    assertThat(rest(2, "sent")).contains("'kind':'duplicate',").endsWith(",'bytes':11}");
    assertThat(rest(3, "sent")).containsPattern("'kind':'original',.*'bytes':([0-9]|10)}");
  }

  @Test
  void shouldSayWhatThereWasNoRoomFor() throws CommandException {
    ProxyEngine engine = engine("delay=1s", "mtu=99");
    Flow flow = engine.open(CLIENT, START_NS);
    int bytes = 60_000;
    long fit = ProxyEngine.MAX_HELD_BYTES / (bytes + ProxyEngine.HELD_OVERHEAD_BYTES);
    ByteBuffer payload = ByteBuffer.allocate(bytes);
    for (int i = 0; i <= fit; i++) {
      engine.handle(flow, Direction.UP, payload, START_NS);
    }
    assertThat(rest(lines.size() - 1, "discarded"))
        .isEqualTo(
            "'timeNs':0,'flow':1,'direction':'up','number':"
                + (fit + 1)
                + ",'kind':'original','dueNs':1000000000}");
    assertThat(lines).hasSize(1 + (int) fit + 1 + 1);
  }

  @Test
  void shouldNameTheDatagramThatIsReplayed() throws CommandException {
    ProxyEngine engine = engine("replay=100%", "mtu=99");
    Flow flow = engine.open(CLIENT, START_NS);
    engine.handle(flow, Direction.UP, bytes("one"), START_NS);
    engine.handle(flow, Direction.UP, bytes("other"), START_NS);
    drain(engine, START_NS);

    assertThat(rest(2, "entered"))
        .contains("'number':2,")
        .endsWith(",{'kind':'replay','number':1,'atNs':0}]}");
    assertThat(rest(5, "sent")).contains("'number':1,'kind':'replay',").endsWith(",'bytes':3}");
  }

  @Test
  void shouldSayThatAClientHasMoved() throws CommandException {
    ProxyEngine engine = engine("rebind=1s", "mtu=99");
    Flow flow = engine.open(CLIENT, START_NS);
    engine.handle(flow, Direction.UP, bytes("one"), START_NS);
    engine.handle(flow, Direction.UP, bytes("other"), START_NS + 2 * Nanos.SECOND + 1);

    assertThat(rest(1, "entered")).doesNotContain("moves");
    assertThat(rest(2, "entered")).endsWith("],'moves':2}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "UP; s | 0 | a b | 00000000000000000012; 'type':'start','dialect':'spaced','seqno':0,"
            + "'name':'a b','sizeBytes':12,'offersFerry':true",
        "UP; s|39|x|7; 'type':'start','dialect':'compact','seqno':39,'name':'x','sizeBytes':7",
        "UP; s|0|\u001b[2J|7; 'type':'start','dialect':'compact','seqno':0,"
            + "'name':'\\\\u001b[2J','sizeBytes':7",
        "DOWN; a | 1 | 0000001472; 'type':'ack','dialect':'spaced','seqno':1,"
            + "'bufferBytes':1472,'acceptsFerry':true",
        "DOWN; a|2; 'type':'ack','dialect':'compact','seqno':2",
        "DOWN; r | 0 | 1; 'type':'refusal','dialect':'spaced','seqno':0,'reason':'busy'"
      })
  void shouldSayWhatAMessageSays(Direction direction, String datagram, String message)
      throws CommandException {
    ProxyEngine engine = engine("mtu=99", "mtu=99");
    engine.handle(engine.open(CLIENT, START_NS), direction, bytes(datagram), START_NS);

    assertThat(rest(1, "entered")).endsWith(",'message':{" + message + "}}");
  }

  @Test
  void shouldSayNothingOfWhatItCannotRead() throws CommandException {
    ProxyEngine engine = engine("mtu=99", "mtu=99");
    Flow flow = engine.open(CLIENT, START_NS);
    for (String datagram : List.of("", "a | 1 | 9", "s | 0 | no size")) {
      engine.handle(flow, Direction.UP, bytes(datagram), START_NS);
      assertThat(lines.get(lines.size() - 1)).doesNotContain("message").endsWith("]}\n");
    }
    engine.handle(flow, Direction.DOWN, ByteBuffer.wrap(new byte[] {(byte) 0x80, 1}), START_NS);
    assertThat(lines.get(lines.size() - 1)).endsWith("],\"message\":{\"type\":\"ferry\"}}\n");
  }
}
