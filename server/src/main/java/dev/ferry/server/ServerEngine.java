package dev.ferry.server;

import dev.ferry.engine.Depot;
import dev.ferry.engine.Engine;
import dev.ferry.engine.Transmit;
import dev.ferry.engine.stopwait.ReceiverConfig;
import dev.ferry.engine.stopwait.ReceiverEvent;
import dev.ferry.engine.stopwait.StopAndWaitReceiver;
import dev.ferry.engine.stopwait.StopAndWaitReceiver.Phase;
import dev.ferry.time.Nanos;
import dev.ferry.wire.LabCodec;
import dev.ferry.wire.LabMessage.Start;
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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The whole server as one engine: hands each datagram to the receiver of its sender's address, and
 * bounds how many there are. Not thread-safe.
 */
public final class ServerEngine implements Engine<ServerEvent> {
  private final AdmittingDepot depot;
  private final ReceiverConfig config;
  private final ServerLimits limits;

  private final Map<InetSocketAddress, Peer> peers = new HashMap<>();
  private final TreeSet<Peer> byTimeout = new TreeSet<>(Peer.BY_TIMEOUT);
  private final Set<Peer> halfOpen = new LinkedHashSet<>();
  private final Set<Peer> remembered = new LinkedHashSet<>();
  private final Queue<Peer> ready = new ArrayDeque<>();
  private final Queue<ServerEvent> events = new ArrayDeque<>();
  private long peerCount;
  private boolean stopping;

  /** Creates a server that stores what it receives in the depot. */
  public ServerEngine(Depot depot, ReceiverConfig config, ServerLimits limits) {
    this.depot = new AdmittingDepot(depot, limits);
    this.config = config;
    this.limits = limits;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    Peer peer = peers.get(from);
    if (peer == null) {
      if (stopping || !LabCodec.looksLikeStart(datagram) || !isStart(datagram)) {
        return;
      }
      peer = admit(from);
    }
    peer.receiver.handle(datagram, from, nowNs);
    settle(peer);
  }

  private static boolean isStart(ByteBuffer datagram) {
    return LabCodec.decodeFromClient(datagram.duplicate()) instanceof Start;
  }

  private Peer admit(InetSocketAddress from) {
    // The depot's view has to name the peer, which holds the receiver, which holds the view.
    Peer[] created = new Peer[1];
    Depot view = depot.forPeer(from.getAddress(), nowNs -> settle(created[0]));
    Peer peer = new Peer(from, new StopAndWaitReceiver(from, view, config), peerCount++);
    created[0] = peer;
    peers.put(from, peer);
    return peer;
  }

  /** Files a peer anew after something happened to it. */
  private void settle(Peer peer) {
    for (ReceiverEvent e = peer.receiver.pollEvent(); e != null; e = peer.receiver.pollEvent()) {
      events.add(new ServerEvent(peer.address, e));
    }
    if (!peer.ready) {
      peer.ready = true;
      ready.add(peer);
    }
    refile(peer);
    reschedule(peer);
  }

  private void refile(Peer peer) {
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

  private void dropOldestBeyond(Set<Peer> set, int limit) {
    while (set.size() > limit) {
      Iterator<Peer> oldest = set.iterator();
      forget(oldest.next());
      oldest.remove();
    }
  }

  private void forget(Peer peer) {
    peers.remove(peer.address);
    byTimeout.remove(peer);
  }

  /**
   * Moves a peer forward in time only lazily, when its old time comes: most datagrams put it off.
   */
  private void reschedule(Peer peer) {
    long wantedNs = peer.receiver.nextTimeout();
    if (peer.phase == Phase.CLOSED || wantedNs == Nanos.NEVER) {
      return;
    }
    if (peer.timeoutNs == Nanos.NEVER || wantedNs - peer.timeoutNs < 0) {
      byTimeout.remove(peer);
      peer.timeoutNs = wantedNs;
      byTimeout.add(peer);
    }
  }

  @Override
  public void onTimeout(long nowNs) {
    while (!byTimeout.isEmpty() && Nanos.isDue(byTimeout.first().timeoutNs, nowNs)) {
      Peer peer = byTimeout.pollFirst();
      peer.timeoutNs = Nanos.NEVER;
      if (Nanos.isDue(peer.receiver.nextTimeout(), nowNs)) {
        peer.receiver.onTimeout(nowNs);
      }
      settle(peer);
    }
  }

  @Override
  public long nextTimeout() {
    return byTimeout.isEmpty() ? Nanos.NEVER : byTimeout.first().timeoutNs;
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    for (Peer peer = ready.peek(); peer != null; peer = ready.peek()) {
      if (peer.receiver.pollTransmit(nowNs, transmit)) {
        return true;
      }
      ready.remove();
      peer.ready = false;
    }
    return false;
  }

  @Override
  public @Nullable ServerEvent pollEvent() {
    return events.poll();
  }

  /** How many addresses are known, whatever their phase. */
  public int peerCount() {
    return peers.size();
  }

  /** How many part files are open. */
  public int openCount() {
    return depot.openCount();
  }

  /** Begins no transfer from now on, and drops every transfer that is not about to be published. */
  public void stop() {
    stopping = true;
    for (Peer peer : new ArrayList<>(peers.values())) {
      peer.receiver.stop();
      settle(peer);
    }
  }

  /** Whether nothing is left to be published after {@link #stop}. */
  public boolean isStopped() {
    return stopping && depot.openCount() == 0;
  }
}
