package dev.ferry.protocol.recovery;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.ReplayWindow;
import dev.ferry.protocol.util.RangeSet;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Receives what {@link ToySender} sends, and acknowledges it. */
final class ToyReceiver implements Engine<Void> {
  private final InetSocketAddress peer;
  private final long roundTripNs;
  private final AckTracker received = new AckTracker();
  private final ReplayWindow replays = new ReplayWindow();
  final RangeSet stored = new RangeSet(1 << 16);
  long nextNumber;
  long repeatedBytes;
  long wrongBytes;

  ToyReceiver(InetSocketAddress peer, long roundTripNs) {
    this.peer = peer;
    this.roundTripNs = roundTripNs;
  }

  @Override
  public void handle(ByteBuffer packet, InetSocketAddress from, long nowNs) {
    long number = packet.getLong();
    if (packet.get() != ToyPacket.DATA || !replays.accepts(number)) {
      return;
    }
    replays.add(number);
    received.onPacket(number, true, nowNs, roundTripNs);
    long offset = packet.getLong();
    int length = packet.remaining();
    long added = stored.add(offset, offset + length);
    repeatedBytes += length - added;
    for (int i = 0; i < length; i++) {
      wrongBytes += packet.get() == ToyPacket.content(offset + i) ? 0 : 1;
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
  public void onTimeout(long nowNs) {}

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (!received.isAckDue(nowNs)) {
      return false;
    }
    ToyPacket.ack(transmit.begin(), nextNumber++, received, nowNs);
    received.onAckSent();
    transmit.finish(peer);
    return true;
  }

  @Override
  public long nextTimeout() {
    return received.nextTimeout();
  }

  @Override
  public Void pollEvent() {
    return null;
  }
}
