package dev.ferry.proxy.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.JsonLine;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.Tap;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line of JSON for everything that goes in and out of the proxy. All times are nanoseconds
 * since the start, so that the same course in virtual time gives the same bytes.
 */
public final class TraceWriter implements Tap {
  /** What kind of lines they are. */
  static final String SCHEMA = "ferry.trace.v1";

  private final long startNs;
  private final Consumer<byte[]> sink;

  /**
   * Creates a writer.
   *
   * @param startNs the time that counts as 0
   * @param sink takes whole lines
   */
  public TraceWriter(long startNs, Consumer<byte[]> sink) {
    this.startNs = startNs;
    this.sink = sink;
  }

  @Override
  public void opened(Flow flow, long nowNs) {
    String client = flow.client().getAddress().getHostAddress();
    print(
        line("opened", flow, nowNs)
            .put("client", Escaper.escape(client))
            .put("port", flow.client().getPort()));
  }

  @Override
  public void entered(Flow flow, Direction direction, ByteBuffer payload, Fate fate, long nowNs) {
    int bytes = payload.remaining();
    JsonLine line =
        line("entered", flow, nowNs)
            .put("direction", lower(direction))
            .put("number", fate.number())
            .put("bytes", bytes)
            .put("verdict", verdict(fate.drop()))
            .put(
                "deliveries",
                fate.deliveries().stream().map(delivery -> delivery(delivery, bytes)).toList());
    if (direction == Direction.UP && fate.binding() > 0) { // Servers stay where they are.
      line.put("moves", fate.binding());
    }
    JsonLine message = MessageJson.of(direction, payload);
    print(message == null ? line : line.put("message", message));
  }

  @Override
  public void discarded(Flow flow, Direction direction, Delivery delivery, long nowNs) {
    print(line("discarded", flow, nowNs, direction, delivery));
  }

  @Override
  public void sent(
      Flow flow, Direction direction, Delivery delivery, ByteBuffer payload, long nowNs) {
    print(line("sent", flow, nowNs, direction, delivery).put("bytes", payload.remaining()));
  }

  /** A line about one delivery. */
  private JsonLine line(
      String event, Flow flow, long nowNs, Direction direction, Delivery delivery) {
    return line(event, flow, nowNs)
        .put("direction", lower(direction))
        .put("number", delivery.number())
        .put("kind", lower(delivery.kind()))
        .put("dueNs", delivery.atNs() - startNs);
  }

  private JsonLine delivery(Delivery delivery, int bytes) {
    JsonLine json =
        JsonLine.part()
            .put("kind", lower(delivery.kind()))
            .put("number", delivery.number())
            .put("atNs", delivery.atNs() - startNs);
    if (delivery.flippedBit() >= 0) {
      json.put("flippedBit", delivery.flippedBit());
    }
    if (delivery.kind() != Kind.REPLAY && delivery.keptBytes() < bytes) {
      json.put("keptBytes", delivery.keptBytes());
    }
    return delivery.heldBack() ? json.put("heldBack", true) : json;
  }

  private static String verdict(@Nullable Drop drop) {
    if (drop == null) {
      return "delivered";
    }
    return drop == Drop.LOSS ? "lost" : lower(drop);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private JsonLine line(String event, Flow flow, long nowNs) {
    return new JsonLine(SCHEMA)
        .put("event", event)
        .put("timeNs", nowNs - startNs)
        .put("flow", flow.number());
  }

  private void print(JsonLine line) {
    sink.accept((line + "\n").getBytes(US_ASCII));
  }
}
