package dev.ferry.testkit.labpeers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A program of the lab as an engine. Messages are handled as text of which every character is a
 * byte. As in the real programs, an exception while a message is parsed is a crash: the peer {@link
 * PeerEvent.Died dies}.
 */
abstract class ScriptedPeer implements Engine<PeerEvent> {
  private record Queued(String datagram, InetSocketAddress to) {}

  private final Queue<Queued> queue = new ArrayDeque<>();
  private final Queue<PeerEvent> events = new ArrayDeque<>();
  private long timeoutNs = Nanos.NEVER;
  private boolean begun;
  private boolean dead;

  /** Called once, before anything else. */
  void begin(long nowNs) {}

  abstract void onDatagram(String datagram, InetSocketAddress from, long nowNs);

  void onTimer(long nowNs) {}

  void send(String datagram, InetSocketAddress to) {
    queue.add(new Queued(datagram, to));
  }

  final void setTimer(long atNs) {
    timeoutNs = atNs;
  }

  final void report(PeerEvent event) {
    events.add(event);
  }

  /** Crashes on purpose. */
  static IllegalStateException crash(String reason) {
    return new IllegalStateException(reason);
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Override
  public final void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (dead) {
      return;
    }
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(bytes);
    try {
      onDatagram(text(bytes), from, nowNs);
    } catch (RuntimeException e) {
      dead = true;
      timeoutNs = Nanos.NEVER;
      queue.clear();
      report(new PeerEvent.Died(e + " on: " + text(bytes)));
    }
  }

  @Override
  public final void onUnreachable(long nowNs) {}

  @Override
  public final void onDisconnected(long nowNs) {}

  @Override
  public final boolean isEnded() {
    return false;
  }

  @Override
  public final void onTimeout(long nowNs) {
    if (Nanos.isDue(timeoutNs, nowNs)) {
      timeoutNs = Nanos.NEVER;
      onTimer(nowNs);
    }
  }

  @Override
  public final boolean pollTransmit(long nowNs, Transmit transmit) {
    if (!begun) {
      begun = true;
      begin(nowNs);
    }
    Queued next = queue.poll();
    if (next == null) {
      return false;
    }
    transmit.begin().put(bytes(next.datagram()));
    transmit.finish(next.to());
    return true;
  }

  @Override
  public final long nextTimeout() {
    return timeoutNs;
  }

  @Override
  public final PeerEvent pollEvent() {
    return events.poll();
  }
}
