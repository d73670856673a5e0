package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A server in the simulator to whom every client has a stream, of which the frames are known. */
final class StreamsHost implements Engine<ServerEvent> {
  private final ServerEngine server;
  private final Map<InetSocketAddress, Engine<ServerEvent>> streams = new LinkedHashMap<>();

  StreamsHost(ServerEngine server) {
    this.server = server;
  }

  /** A simulation of it; the host is what the simulated server runs behind. */
  static FerrySim simulation(long seed, FerrySim.Options options) {
    options.wrapper = engine -> new StreamsHost((ServerEngine) engine);
    return new FerrySim(seed, options);
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    Engine<ServerEvent> stream =
        streams.computeIfAbsent(from, client -> server.streams().open(client.getAddress(), nowNs));
    if (stream != null) {
      stream.handle(datagram, from, nowNs);
    }
  }

  @Override
  public void onUnreachable(long nowNs) {}

  @Override
  public void onDisconnected(long nowNs) {}

  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {
    server.onTimeout(nowNs);
    streams.values().forEach(stream -> stream.onTimeout(nowNs));
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return streams.values().stream().anyMatch(stream -> stream.pollTransmit(nowNs, transmit));
  }

  @Override
  public long nextTimeout() {
    long nextNs = server.nextTimeout();
    for (Engine<ServerEvent> stream : streams.values()) {
      nextNs = Nanos.earlier(nextNs, stream.nextTimeout());
    }
    return nextNs;
  }

  @Override
  public ServerEvent pollEvent() {
    for (Engine<ServerEvent> stream : streams.values()) {
      ServerEvent event = stream.pollEvent();
      if (event != null) {
        return event;
      }
    }
    return server.pollEvent();
  }
}
