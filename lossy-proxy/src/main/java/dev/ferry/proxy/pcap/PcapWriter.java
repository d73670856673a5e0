package dev.ferry.proxy.pcap;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Writes what comes in and goes out as a capture with two interfaces, one on each side of the
 * proxy: what is dropped is seen on one side only, with a comment that says why.
 */
public final class PcapWriter implements Tap {
  private static final int CLIENTS = 0;
  private static final int SERVER = 1;

  private final long offsetNs;
  private final UnaryOperator<InetSocketAddress> proxy;
  private final InetSocketAddress server;
  private final Consumer<byte[]> sink;

  /**
   * Begins a capture.
   *
   * @param offsetNs what makes the time of the proxy nanoseconds since 1970
   * @param proxy the proxy's address as a client sees it
   * @param sink takes whole blocks
   */
  public PcapWriter(
      long offsetNs,
      UnaryOperator<InetSocketAddress> proxy,
      InetSocketAddress server,
      Consumer<byte[]> sink) {
    this.offsetNs = offsetNs;
    this.proxy = proxy;
    this.server = server;
    this.sink = sink;
    sink.accept(PcapngBlocks.sectionHeader());
    sink.accept(PcapngBlocks.networkInterface("clients", "between the clients and the proxy"));
    sink.accept(PcapngBlocks.networkInterface("server", "between the proxy and the server"));
  }

  @Override
  public void opened(Flow flow, long nowNs) {
    // Its first datagram follows at once.
  }

  @Override
  public void entered(Flow flow, Direction direction, ByteBuffer payload, Fate fate, long nowNs) {
    String comment = what(flow, direction, fate.number()) + fate(fate, payload.remaining());
    write(flow, direction, true, payload, comment, nowNs);
  }

  @Override
  public void sent(
      Flow flow, Direction direction, Delivery delivery, ByteBuffer payload, long nowNs) {
    String comment = what(flow, direction, delivery.number()) + state(delivery);
    write(flow, direction, false, payload, comment, nowNs);
  }

  private void write(
      Flow flow,
      Direction direction,
      boolean inbound,
      ByteBuffer payload,
      String comment,
      long nowNs) {
    boolean up = direction == Direction.UP;
    boolean atClients = up == inbound;
    InetSocketAddress near = atClients ? flow.client() : upstream(flow);
    InetSocketAddress far = atClients ? proxy.apply(flow.client()) : server;
    ByteBuffer packet = up ? IpPacket.of(near, far, payload) : IpPacket.of(far, near, payload);
    int side = atClients ? CLIENTS : SERVER;
    sink.accept(PcapngBlocks.packet(side, nowNs + offsetNs, inbound, packet, comment));
  }

  private static InetSocketAddress upstream(Flow flow) {
    InetSocketAddress known = flow.upstream();
    return known == null ? flow.client() : known;
  }

  private static String what(Flow flow, Direction direction, long number) {
    return "flow " + flow.number() + " " + lower(direction) + " " + number + ": ";
  }

  private static String fate(Fate fate, int bytes) {
    Drop drop = fate.drop();
    String comes =
        fate.deliveries().stream()
            .map(delivery -> state(delivery) + cut(delivery, bytes))
            .collect(Collectors.joining(" + "));
    if (drop == null) {
      return comes.equals("original") ? "delivered" : "delivered: " + comes;
    }
    return "dropped: " + lower(drop) + (comes.isEmpty() ? "" : "; delivered: " + comes);
  }

  private static String state(Delivery delivery) {
    return lower(delivery.kind())
        + (delivery.heldBack() ? ", held back" : "")
        + (delivery.flippedBit() >= 0 ? ", bit " + delivery.flippedBit() + " flipped" : "");
  }

  private static String cut(Delivery delivery, int bytes) {
    boolean isCut = delivery.kind() != Kind.REPLAY && delivery.keptBytes() < bytes;
    return isCut ? ", cut to " + delivery.keptBytes() + " bytes" : "";
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
