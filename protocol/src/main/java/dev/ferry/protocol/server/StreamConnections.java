package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.server.FerryModeServer.TransportKind;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clients whose packets come over streams: for each stream a server of its own, all of which
 * share the transfers. Not thread-safe.
 */
public final class StreamConnections {
  /** How long a stream may take until the first connection of Ferry mode comes about. */
  static final long HANDSHAKE_PATIENCE_NS = 10 * Nanos.SECOND;

  /** A client shakes hands once more when it hears nothing. */
  private static final int HALF_OPEN = 4;

  private final FerryModeConfig config;
  private final TransferRegistry transfers;
  private final PacketBuffer scratch;
  private final Set<Stream> open = new LinkedHashSet<>();
  private boolean stopping;

  StreamConnections(FerryModeConfig config, TransferRegistry transfers, PacketBuffer scratch) {
    this.config = config.withHalfOpen(HALF_OPEN);
    this.transfers = transfers;
    this.scratch = scratch;
  }

  /**
   * A stream has come.
   *
   * @return what serves it; null if there are too many
   */
  public @Nullable Engine<ServerEvent> open(long nowNs) {
    if (stopping || open.size() >= config.connections()) {
      return null;
    }
    Stream stream = new Stream(nowNs);
    open.add(stream);
    return stream;
  }

  /** How many there are. */
  int count() {
    return open.size();
  }

  /** Begins nothing from now on, and ends everything but publications. */
  void stop(long nowNs) {
    stopping = true;
    for (Stream stream : open) {
      stream.server.stop(nowNs);
    }
  }

  private final class Stream implements Engine<ServerEvent> {
    private final FerryModeServer server =
        new FerryModeServer(
            config, TransportKind.STREAM, transfers, scratch, from -> LabOffer.NONE);
    private final long handshakeUntilNs;
    private boolean used;
    private boolean ended;

    Stream(long nowNs) {
      this.handshakeUntilNs = Nanos.after(nowNs, HANDSHAKE_PATIENCE_NS);
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      if (datagram.hasRemaining()) {
        server.handle(datagram, from, nowNs);
        settle();
      }
    }

    /** A stream is for one connection. */
    private void settle() {
      used |= server.connectionCount() > 0;
      if (used && server.connectionCount() == 0) {
        ended = true;
        open.remove(this);
      }
    }

    /** A stream to nobody is none. */
    @Override
    public void onUnreachable(long nowNs) {}

    @Override
    public void onDisconnected(long nowNs) {
      server.onDisconnected(nowNs);
      used = true;
      settle();
    }

    @Override
    public void onTimeout(long nowNs) {
      server.onTimeout(nowNs);
      used |= Nanos.isDue(handshakeUntilNs, nowNs);
      settle();
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      return server.pollTransmit(nowNs, transmit);
    }

    @Override
    public long nextTimeout() {
      long serversNs = server.nextTimeout();
      return used ? serversNs : Nanos.earlier(serversNs, handshakeUntilNs);
    }

    @Override
    public boolean isEnded() {
      return ended;
    }

    @Override
    public @Nullable ServerEvent pollEvent() {
      return server.pollEvent();
    }
  }
}
