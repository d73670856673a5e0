package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.FerryModeServer.TransportKind;
import dev.ferry.protocol.server.ServerEvent.Ignored.Reason;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.wire.HandshakeCodec;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole server as one engine. The first byte of each datagram decides between the two modes
 * (protocol.md, section 7.1).
 */
public final class ServerEngine implements Engine<ServerEvent> {
  private final RateCap cap = new RateCap();
  private final Admission admission;
  private final LabServer lab;
  private final FerryModeServer ferry;
  private final StreamConnections streams;
  private final TransferRegistry transfers;
  private final ByteBudget memory;
  private final boolean servesLab;
  private final ConnectionSampler sampler = new ConnectionSampler();
  private final boolean hasSecret;
  private final Unanswered unanswered = new Unanswered();
  private boolean stopping;

  /**
   * Creates a server without peers.
   *
   * @param labStore receives the files of lab clients
   * @param ferryStore receives the files of Ferry clients
   * @param sources the files that clients may get, or null for none
   * @param servesLab whether lab clients are served
   */
  public ServerEngine(
      LabStore labStore,
      PartialFileStore ferryStore,
      @Nullable SourceStore sources,
      ReceiverConfig labConfig,
      FerryModeConfig ferryConfig,
      ServerLimits limits,
      boolean servesLab) {
    long hashSeed = ferryConfig.random().nextLong();
    PeerNetworks networks = new PeerNetworks(hashSeed, ferryConfig.trusted());
    this.admission = new Admission(limits, networks);
    this.lab = new LabServer(labStore, labConfig, limits, hashSeed, networks);
    PacketBuffer packetBuffer = new PacketBuffer();
    this.memory = ferryConfig.memory();
    this.transfers =
        new TransferRegistry(
            ferryStore, sources, admission, memory, networks, ferryConfig.secret() != null);
    this.ferry =
        new FerryModeServer(
            ferryConfig, TransportKind.DATAGRAMS, transfers, packetBuffer, cap, lab::labOffer);
    this.streams = new StreamConnections(ferryConfig, transfers, packetBuffer, cap);
    this.servesLab = servesLab;
    this.hasSecret = ferryConfig.secret() != null;
    ferry.onRefusal(unanswered::hello);
    lab.onMalformed((from, nowNs) -> unanswered.count(Reason.MALFORMED, from, nowNs));
  }

  /** From now on clients of Ferry mode may have files removed; must be called before the first. */
  public void removeBy(RemovalStore store) {
    transfers.removeBy(store);
  }

  /**
   * From now on reports, by {@link ServerEvent.Ignored}, what is met with silence over datagrams.
   */
  public void watchIgnored() {
    unanswered.watch();
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (!datagram.hasRemaining()) {
      return;
    }
    if (HandshakeCodec.isFerry(datagram.get(datagram.position()))) {
      ferry.handle(datagram, from, nowNs);
    } else if (servesLab) {
      lab.handle(datagram, from, nowNs);
    } else if (LabCodec.looksLikeStart(datagram)) {
      unanswered.count(hasSecret ? Reason.NO_KEY : Reason.NO_LAB, from, nowNs);
    }
  }

  /** Does nothing: a socket that serves many peers does not learn which one is unreachable. */
  @Override
  public void onUnreachable(long nowNs) {}

  /** Does nothing: {@link #streams} serves the clients over streams. */
  @Override
  public void onDisconnected(long nowNs) {}

  /** Always false: a server waits for further clients. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    ferry.onTooLong(to, bytes, nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    lab.onTimeout(nowNs);
    transfers.onTimeout(nowNs);
    ferry.onTimeout(nowNs);
    unanswered.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return lab.pollTransmit(nowNs, transmit) || ferry.pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    long ownNs = Nanos.earlier(unanswered.nextTimeout(), transfers.nextTimeout());
    return Nanos.earlier(ownNs, Nanos.earlier(lab.nextTimeout(), ferry.nextTimeout()));
  }

  @Override
  public @Nullable ServerEvent pollEvent() {
    ServerEvent event = lab.pollEvent();
    if (event == null) {
      event = ferry.pollEvent();
    }
    return event == null ? unanswered.poll() : event;
  }

  /**
   * Caps how fast files are sent, from now on, in sum over all clients, who share it evenly.
   *
   * @param bytesPerSecond above 0, or {@link RateCap#UNLIMITED}
   */
  public void setMaxRate(long bytesPerSecond, long nowNs) {
    cap.setRate(bytesPerSecond, nowNs);
    ferry.capChanged();
    streams.capChanged();
  }

  /**
   * Looks at the transfers of Ferry mode that run, over all transports.
   *
   * @param most how many of them; the others come first the next time
   */
  public void sample(int most, long nowNs, Consumer<ServerSample> samples) {
    List<ServerConnection> running = new ArrayList<>();
    ferry.addRunning(running);
    streams.addRunning(running);
    sampler.sample(running, most, nowNs, samples);
  }

  /** How full the tables are, and what has been done so far. */
  public ServerLoad load() {
    return new ServerLoad(
        lab.peerCount(),
        lab.openCount(),
        admission.openCount(),
        ferry.connectionCount(),
        streams.count(),
        ferry.halfOpenCount(),
        memory.heldBytes(),
        transfers.handshakes());
  }

  /** Accepts no further transfers, and ends every transfer that is not being published. */
  public void stop(long nowNs) {
    stopping = true;
    transfers.stop();
    lab.stop();
    ferry.stop(nowNs);
    streams.stop(nowNs);
  }

  /** Whether all publications have ended after {@link #stop}. */
  public boolean isStopped() {
    return stopping && openCount() == 0;
  }

  /** The number of open files. */
  public int openCount() {
    return admission.openCount() + lab.openCount();
  }

  /** The part that serves clients over streams. */
  public StreamConnections streams() {
    return streams;
  }

  /** The part that serves Ferry mode over datagrams. */
  FerryModeServer ferry() {
    return ferry;
  }

  /** The part that serves lab mode. */
  LabServer lab() {
    return lab;
  }
}
