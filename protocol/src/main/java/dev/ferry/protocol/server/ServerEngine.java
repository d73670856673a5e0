package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.FerryModeServer.TransportKind;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The whole server as one engine: tells the two modes apart by the first byte of each datagram
 * (protocol.md, section 7.1). Not thread-safe.
 */
public final class ServerEngine implements Engine<ServerEvent> {
  private final Admission admission;
  private final LabServer lab;
  private final FerryModeServer ferry;
  private final StreamConnections streams;
  private final boolean servesLab;
  private boolean stopping;

  /**
   * Creates a server.
   *
   * @param depot where the files of lab clients go
   * @param parts where those of Ferry clients go
   * @param catalogue what is handed out, or null for nothing
   * @param servesLab whether lab clients are served at all
   */
  public ServerEngine(
      LabStore depot,
      PartialFileStore parts,
      @Nullable SourceStore catalogue,
      ReceiverConfig labConfig,
      FerryModeConfig ferryConfig,
      ServerLimits limits,
      boolean servesLab) {
    this.admission = new Admission(limits);
    this.lab = new LabServer(depot, admission, labConfig, limits);
    PacketBuffer scratch = new PacketBuffer();
    TransferRegistry transfers = new TransferRegistry(parts, catalogue, admission);
    this.ferry =
        new FerryModeServer(ferryConfig, TransportKind.DATAGRAMS, transfers, scratch, lab::offerOf);
    this.streams = new StreamConnections(ferryConfig, transfers, scratch);
    this.servesLab = servesLab;
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
    }
  }

  /** A socket that serves many does not hear whom it concerns. */
  @Override
  public void onUnreachable(long nowNs) {}

  /** The packets of those that have a stream go to {@link #streams}. */
  @Override
  public void onDisconnected(long nowNs) {}

  /** A server waits for whoever comes next. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {
    lab.onTimeout(nowNs);
    ferry.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return lab.pollTransmit(nowNs, transmit) || ferry.pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(lab.nextTimeout(), ferry.nextTimeout());
  }

  @Override
  public @Nullable ServerEvent pollEvent() {
    ServerEvent event = lab.pollEvent();
    return event == null ? ferry.pollEvent() : event;
  }

  /** Begins no transfer from now on, and drops every transfer that is not about to be published. */
  public void stop(long nowNs) {
    stopping = true;
    lab.stop();
    ferry.stop(nowNs);
    streams.stop(nowNs);
  }

  /** Whether nothing is left to be published after {@link #stop}. */
  public boolean isStopped() {
    return stopping && admission.openCount() == 0;
  }

  /** How many files are open. */
  public int openCount() {
    return admission.openCount();
  }

  /** What serves those whose packets come over streams. */
  public StreamConnections streams() {
    return streams;
  }

  /** The part that speaks Ferry mode. */
  FerryModeServer ferry() {
    return ferry;
  }

  /** The part that speaks the lab's protocol. */
  LabServer lab() {
    return lab;
  }
}
