package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.server.FerryModeServer.TransportKind;
import dev.ferry.protocol.util.AddressKey;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.NetworkQuota;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import dev.ferry.protocol.util.Udp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves clients over streams. Each stream has a server of its own; all of them share the
 * transfers.
 */
public final class StreamConnections {
  /**
   * How long a stream may take until its client has said hello, if more than a part of {@value
   * #CROWDED_SHARE} of the places is taken.
   */
  static final long HANDSHAKE_TIMEOUT_NS = 10 * Nanos.SECOND;

  /**
   * How long it may take until it has a connection of Ferry mode, if its client has said hello or
   * there is room: it may be slow, or busy.
   */
  static final long HALF_OPEN_TIMEOUT_NS = 60 * Nanos.SECOND;

  private static final int CROWDED_SHARE = 4;

  /**
   * The largest packet of a client that has not yet shown, by one that it encrypted, that it has
   * done its part of a handshake (protocol.md, section 15.1).
   */
  static final int MAX_FIRST_PACKET_BYTES = 2048;

  /**
   * The number of half-open handshakes of a stream; a client without an answer begins another one.
   */
  private static final int HALF_OPEN = 4;

  /** How many streams of one network are accepted at once: a class behind one address. */
  private static final int BURST = 512;

  /** How many a second from then on. */
  private static final int PER_SECOND = 100;

  private static final int NETWORKS = 2048;

  private final FerryModeConfig config;
  private final TransferRegistry transfers;
  private final PacketBuffer packetBuffer;
  private final RateCap cap;
  private final Set<Stream> open = new LinkedHashSet<>();
  private final NetworkQuota places;
  private final RateLimiter accepted;
  private boolean stopping;

  StreamConnections(
      FerryModeConfig config, TransferRegistry transfers, PacketBuffer packetBuffer, RateCap cap) {
    this.config = config.ofStream(HALF_OPEN);
    this.transfers = transfers;
    this.packetBuffer = packetBuffer;
    int most = config.streams();
    PeerNetworks networks = config.networks();
    this.places = new NetworkQuota(most, most - most / 4, networks);
    this.accepted = new RateLimiter(BURST, PER_SECOND, NETWORKS, networks);
    this.cap = cap;
  }

  /**
   * Accepts a stream.
   *
   * @param client where it comes from; one network leaves a quarter of the places to others
   * @return the engine that serves it; null if there are too many streams, or too many in a short
   *     time
   */
  public @Nullable Engine<ServerEvent> open(InetAddress client, long nowNs) {
    List<AddressKey> networks = places.networksOf(client);
    if (stopping || !accepted.tryTake(client, nowNs) || !places.tryTake(networks, 1)) {
      return null;
    }
    Stream stream = new Stream(networks, nowNs);
    open.add(stream);
    return stream;
  }

  private boolean isCrowded() {
    return (long) open.size() * CROWDED_SHARE > config.streams();
  }

  /** Adds the connections whose transfers run. */
  void addRunning(List<ServerConnection> running) {
    for (Stream stream : open) {
      stream.server.addRunning(running);
    }
  }

  /** The number of open streams. */
  int count() {
    return open.size();
  }

  /** The cap is another one: whoever waits for it has to look again. */
  void capChanged() {
    for (Stream stream : open) {
      stream.server.capChanged();
    }
  }

  /** Accepts no further streams, and closes all transfers but those that are being published. */
  void stop(long nowNs) {
    stopping = true;
    for (Stream stream : open) {
      stream.server.stop(nowNs);
    }
  }

  private final class Stream implements Engine<ServerEvent> {
    private final FerryModeServer server =
        new FerryModeServer(
            config, TransportKind.STREAM, transfers, packetBuffer, cap, from -> LabOffer.NONE);
    private final long openedNs;
    private final List<AddressKey> networks;
    private boolean used;
    private boolean ended;

    Stream(List<AddressKey> networks, long nowNs) {
      this.networks = networks;
      this.openedNs = nowNs;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      if (datagram.hasRemaining()) {
        server.handle(datagram, from, nowNs);
        updateEnded();
      }
    }

    /** Ends the stream when its connections have ended: it serves only one client. */
    private void updateEnded() {
      used |= server.connectionCount() > 0;
      if (used && server.connectionCount() == 0) {
        ended = true;
        if (open.remove(this)) {
          places.giveBack(networks, 1);
        }
      }
    }

    /** Does nothing: only datagrams can be unreachable. */
    @Override
    public void onUnreachable(long nowNs) {}

    @Override
    public void onDisconnected(long nowNs) {
      server.onDisconnected(nowNs);
      used = true;
      updateEnded();
    }

    @Override
    public void onTimeout(long nowNs) {
      server.onTimeout(nowNs);
      used |= Nanos.isDue(handshakeUntilNs(), nowNs);
      updateEnded();
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      return server.pollTransmit(nowNs, transmit);
    }

    @Override
    public long nextTimeout() {
      long serversNs = server.nextTimeout();
      return used ? serversNs : Nanos.earlier(serversNs, handshakeUntilNs());
    }

    private long handshakeUntilNs() {
      boolean mayTakeLong = server.halfOpenCount() > 0 || !isCrowded();
      return Nanos.after(openedNs, mayTakeLong ? HALF_OPEN_TIMEOUT_NS : HANDSHAKE_TIMEOUT_NS);
    }

    @Override
    public int largestDatagramBytes() {
      return used ? Udp.MAX_PAYLOAD_BYTES : MAX_FIRST_PACKET_BYTES;
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
