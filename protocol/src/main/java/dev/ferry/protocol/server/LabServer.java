package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import dev.ferry.protocol.lab.LabReceiver;
import dev.ferry.protocol.lab.LabReceiver.Phase;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that speaks the lab's protocol: hands each datagram to the receiver of its sender's
 * address, and bounds how many there are. Not thread-safe.
 */
public final class LabServer implements Engine<ServerEvent.Lab> {
  /** No name that is allowed makes a start longer. */
  private static final int MAX_OFFER_BYTES = 1200;

  private final LabStore depot;
  private final Admission admission;
  private final ReceiverConfig config;
  private final ServerLimits limits;

  private final Map<InetSocketAddress, LabPeer> peers = new HashMap<>();
  private final TimerQueue<LabPeer> agenda = new TimerQueue<>();
  private final Set<LabPeer> halfOpen = new LinkedHashSet<>();
  private final Set<LabPeer> remembered = new LinkedHashSet<>();
  private final Queue<ServerEvent.Lab> events = new ArrayDeque<>();
  private boolean stopping;

  /** Creates a server that stores what it receives in the depot. */
  public LabServer(LabStore depot, ReceiverConfig config, ServerLimits limits) {
    this(depot, new Admission(limits), config, limits);
  }

  LabServer(LabStore depot, Admission admission, ReceiverConfig config, ServerLimits limits) {
    this.depot = depot;
    this.admission = admission;
    this.config = config;
    this.limits = limits;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    LabPeer peer = peers.get(from);
    if (peer == null && (stopping || !LabCodec.looksLikeStart(datagram))) {
      return;
    }
    ToServer message = LabCodec.decodeFromClient(datagram.duplicate());
    if (message == null) {
      return;
    }
    if (peer == null) {
      peer = admit(from);
    }
    peer.receiver.handle(message, from, nowNs);
    settle(peer);
    if (message instanceof Start start) {
      noteOffer(peer, start, datagram);
    }
  }

  /** The last start is what its sender goes on from in Ferry mode, if it does. */
  private static void noteOffer(LabPeer peer, Start start, ByteBuffer datagram) {
    if (datagram.remaining() <= MAX_OFFER_BYTES && start.offersFerry()) {
      peer.start = Bytes.copyOf(datagram);
      peer.offer = LabOffer.NONE;
    }
  }

  private static void noteAnswer(LabPeer peer, ByteBuffer answer) {
    if (peer.phase == Phase.HALF_OPEN && peer.start.length() > 0) {
      peer.offer = new LabOffer(peer.start, Bytes.copyOf(answer));
    }
  }

  /** By which messages a peer that has sent no content yet can go on in Ferry mode. */
  LabOffer offerOf(InetSocketAddress address) {
    LabPeer peer = peers.get(address);
    return peer == null || peer.phase != Phase.HALF_OPEN ? LabOffer.NONE : peer.offer;
  }

  private LabPeer admit(InetSocketAddress from) {
    CountedFiles files = new CountedFiles(admission, from.getAddress());
    LabPeer peer = new LabPeer(from, new LabReceiver(from, files.of(depot), config));
    files.whenTold(nowNs -> settle(peer));
    peers.put(from, peer);
    return peer;
  }

  /** Files a peer anew after something happened to it. */
  private void settle(LabPeer peer) {
    for (ReceiverEvent e = peer.receiver.pollEvent(); e != null; e = peer.receiver.pollEvent()) {
      events.add(new ServerEvent.Lab(peer.address, e));
    }
    agenda.setReady(peer);
    refile(peer);
    if (peer.phase != Phase.CLOSED) {
      agenda.schedule(peer, peer.receiver.nextTimeout());
    }
  }

  private void refile(LabPeer peer) {
    Phase phase = peer.receiver.phase();
    if (phase == peer.phase) {
      return;
    }
    halfOpen.remove(peer);
    remembered.remove(peer);
    peer.phase = phase;
    switch (phase) {
      case HALF_OPEN -> {
        halfOpen.add(peer);
        dropOldestBeyond(halfOpen, limits.halfOpen());
      }
      case REMEMBERED -> {
        remembered.add(peer);
        dropOldestBeyond(remembered, limits.remembered());
      }
      case ACTIVE -> {}
      case CLOSED -> forget(peer);
    }
  }

  private void dropOldestBeyond(Set<LabPeer> set, int limit) {
    while (set.size() > limit) {
      Iterator<LabPeer> oldest = set.iterator();
      forget(oldest.next());
      oldest.remove();
    }
  }

  private void forget(LabPeer peer) {
    peers.remove(peer.address);
    agenda.forget(peer);
  }

  /** A socket that serves many does not hear whom it concerns. */
  @Override
  public void onUnreachable(long nowNs) {}

  /** Nobody speaks the lab's protocol over a stream. */
  @Override
  public void onDisconnected(long nowNs) {}

  /** A server waits for whoever comes next. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {
    for (LabPeer peer = agenda.pollDue(nowNs); peer != null; peer = agenda.pollDue(nowNs)) {
      if (Nanos.isDue(peer.receiver.nextTimeout(), nowNs)) {
        peer.receiver.onTimeout(nowNs);
      }
      settle(peer);
    }
  }

  @Override
  public long nextTimeout() {
    return agenda.nextTimeout();
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    for (LabPeer peer = agenda.ready(); peer != null; peer = agenda.ready()) {
      if (peer.receiver.pollTransmit(nowNs, transmit)) {
        noteAnswer(peer, transmit.buffer());
        return true;
      }
      agenda.setIdle();
    }
    return false;
  }

  @Override
  public ServerEvent.@Nullable Lab pollEvent() {
    return events.poll();
  }

  /** How many addresses are known, whatever their phase. */
  public int peerCount() {
    return peers.size();
  }

  /** How many part files are open. */
  public int openCount() {
    return admission.openCount();
  }

  /** Begins no transfer from now on, and drops every transfer that is not about to be published. */
  public void stop() {
    stopping = true;
    for (LabPeer peer : new ArrayList<>(peers.values())) {
      peer.receiver.stop();
      settle(peer);
    }
  }

  /** Whether nothing is left to be published after {@link #stop}. */
  public boolean isStopped() {
    return stopping && admission.openCount() == 0;
  }
}
