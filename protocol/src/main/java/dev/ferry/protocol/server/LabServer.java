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
import dev.ferry.protocol.util.AddressKey;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's lab mode: hands each message to the receiver of its sender's address, and limits the
 * number of receivers.
 */
public final class LabServer implements Engine<ServerEvent.Lab> {
  /** The longest start that can lead to Ferry mode; no allowed name makes a start longer. */
  private static final int MAX_OFFER_BYTES = 1200;

  private final LabStore store;
  private final Admission admission;
  private final ReceiverConfig config;
  private final Map<AddressKey, LabPeer> peers = new HashMap<>();
  private final TimerQueue<LabPeer> timers = new TimerQueue<>();
  private final PeerTable halfOpen;
  private final PeerTable remembered;
  private final Queue<ServerEvent.Lab> events = new ArrayDeque<>();
  private final long hashSeed;
  private ObjLongConsumer<InetSocketAddress> malformed = (from, nowNs) -> {};
  private boolean stopping;

  /** Creates a server that stores received files in a store, for tests without an adversary. */
  public LabServer(LabStore store, ReceiverConfig config, ServerLimits limits) {
    this(store, config, limits, 0, new PeerNetworks(0, List.of()));
  }

  /**
   * Creates a server that stores received files in a store. Its peers have proved nothing, so they
   * have a count of open files of their own, which those of Ferry mode do not share.
   *
   * @param hashSeed unknown to peers
   */
  LabServer(
      LabStore store,
      ReceiverConfig config,
      ServerLimits limits,
      long hashSeed,
      PeerNetworks networks) {
    this.store = store;
    this.admission = new Admission(limits, networks);
    this.config = config;
    this.halfOpen = new PeerTable(limits.halfOpen());
    this.remembered = new PeerTable(limits.remembered());
    this.hashSeed = hashSeed;
  }

  /** Sets who is told of senders, and times, of what looks like a start and is none. */
  void onMalformed(ObjLongConsumer<InetSocketAddress> listener) {
    malformed = listener;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    LabPeer peer = peers.get(AddressKey.of(from, hashSeed));
    if (peer == null && (stopping || !LabCodec.looksLikeStart(datagram))) {
      return;
    }
    ToServer message = LabCodec.decodeFromClient(datagram.duplicate());
    if (message == null) {
      if (peer == null) {
        malformed.accept(from, nowNs);
      }
      return;
    }
    if (peer == null) {
      peer = admit(from);
    }
    if (message instanceof Start) {
      noteWeight(peer, LabPeer.weightOf(datagram.remaining()));
    }
    peer.receiver.handle(message, from, nowNs);
    reschedule(peer);
    if (message instanceof Start start) {
      noteOffer(peer, start, datagram);
    }
  }

  private void noteWeight(LabPeer peer, int weight) {
    if (weight > peer.weight) {
      boolean isHalfOpen = halfOpen.remove(peer);
      boolean isRemembered = remembered.remove(peer);
      peer.weight = weight;
      if (isHalfOpen) {
        halfOpen.add(peer);
      } else if (isRemembered) {
        remembered.add(peer);
      }
    }
  }

  /** Keeps the last start, from which the client may continue in Ferry mode. */
  private static void noteOffer(LabPeer peer, Start start, ByteBuffer datagram) {
    if (datagram.remaining() > MAX_OFFER_BYTES || !start.offersFerry()) {
      return;
    }
    Bytes bytes = Bytes.copyOf(datagram);
    // A repeated start may be read together with the hello that its first answer led to.
    if (!bytes.equals(peer.start)) {
      peer.start = bytes;
      peer.offer = LabOffer.NONE;
    }
  }

  private static void noteAnswer(LabPeer peer, ByteBuffer answer) {
    if (peer.phase == Phase.HALF_OPEN && peer.start.length() > 0) {
      peer.offer = new LabOffer(peer.start, Bytes.copyOf(answer));
    }
  }

  /**
   * The messages from which a peer can continue in Ferry mode, as long as it has sent no content.
   */
  LabOffer labOffer(InetSocketAddress address) {
    LabPeer peer = peers.get(AddressKey.of(address, hashSeed));
    return peer == null || peer.phase != Phase.HALF_OPEN ? LabOffer.NONE : peer.offer;
  }

  private LabPeer admit(InetSocketAddress from) {
    CountedFiles files = new CountedFiles(admission, from.getAddress());
    LabPeer peer = new LabPeer(from, new LabReceiver(from, files.of(store), config));
    files.afterCallbacks(nowNs -> reschedule(peer));
    peers.put(AddressKey.of(from, hashSeed), peer);
    return peer;
  }

  /** Collects the events of a peer, and updates its phase and its timeout. */
  private void reschedule(LabPeer peer) {
    for (ReceiverEvent e = peer.receiver.pollEvent(); e != null; e = peer.receiver.pollEvent()) {
      events.add(new ServerEvent.Lab(peer.address, e));
    }
    timers.setReady(peer);
    updatePhase(peer);
    if (peer.phase != Phase.CLOSED) {
      timers.schedule(peer, peer.receiver.nextTimeout());
    }
  }

  private void updatePhase(LabPeer peer) {
    Phase phase = peer.receiver.phase();
    if (phase == peer.phase) {
      return;
    }
    halfOpen.remove(peer);
    remembered.remove(peer);
    peer.phase = phase;
    switch (phase) {
      case HALF_OPEN -> halfOpen.add(peer);
      case REMEMBERED -> remembered.add(peer);
      case ACTIVE -> {}
      case CLOSED -> forget(peer);
    }
  }

  /** Peers of which nothing but memory is held: the oldest are forgotten for the latest. */
  private final class PeerTable {
    private final Set<LabPeer> peersByAge = new LinkedHashSet<>();
    private final int limit;
    private int weight;

    /** A table for peers of so much weight. */
    PeerTable(int limit) {
      this.limit = limit;
    }

    void add(LabPeer peer) {
      peersByAge.add(peer);
      weight += peer.weight;
      while (weight > limit && peersByAge.size() > 1) {
        LabPeer oldest = peersByAge.iterator().next();
        remove(oldest);
        forget(oldest);
      }
    }

    /** Removes a peer; returns whether it was there. */
    boolean remove(LabPeer peer) {
      boolean removed = peersByAge.remove(peer);
      weight -= removed ? peer.weight : 0;
      return removed;
    }
  }

  private void forget(LabPeer peer) {
    peers.remove(AddressKey.of(peer.address, hashSeed));
    timers.forget(peer);
  }

  /** Does nothing: a socket that serves many peers does not learn which one is unreachable. */
  @Override
  public void onUnreachable(long nowNs) {}

  /** Does nothing: lab mode never runs over a stream. */
  @Override
  public void onDisconnected(long nowNs) {}

  /** Always false: a server waits for further clients. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {
    for (LabPeer peer = timers.pollDue(nowNs); peer != null; peer = timers.pollDue(nowNs)) {
      if (Nanos.isDue(peer.receiver.nextTimeout(), nowNs)) {
        peer.receiver.onTimeout(nowNs);
      }
      reschedule(peer);
    }
  }

  @Override
  public long nextTimeout() {
    return timers.nextTimeout();
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    for (LabPeer peer = timers.ready(); peer != null; peer = timers.ready()) {
      if (peer.receiver.pollTransmit(nowNs, transmit)) {
        transmit.markUnproved();
        noteAnswer(peer, transmit.buffer());
        return true;
      }
      timers.setIdle();
    }
    return false;
  }

  @Override
  public ServerEvent.@Nullable Lab pollEvent() {
    return events.poll();
  }

  /** The number of addresses in the table, in any phase. */
  public int peerCount() {
    return peers.size();
  }

  /** The number of open part files. */
  public int openCount() {
    return admission.openCount();
  }

  /** Accepts no further transfers, and drops every transfer that is not being published. */
  public void stop() {
    stopping = true;
    for (LabPeer peer : new ArrayList<>(peers.values())) {
      peer.receiver.stop();
      reschedule(peer);
    }
  }

  /** Whether all publications have ended after {@link #stop}. */
  public boolean isStopped() {
    return stopping && admission.openCount() == 0;
  }
}
