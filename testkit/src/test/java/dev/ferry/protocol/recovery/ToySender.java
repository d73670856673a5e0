package dev.ferry.protocol.recovery;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.RangeSet;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Sends a file, as a connection would, with nothing but the parts under test. Checks with every
 * packet that what is in flight stays within the window.
 */
final class ToySender implements Engine<Void>, SentPacketListener {
  private final InetSocketAddress peer;
  private final long fileBytes;
  private final CongestionController controller;
  private final SentPackets sent = new SentPackets(1 << 13, ByteBudget.unlimited());
  private final RttEstimator rtt = new RttEstimator(AckTracker.MAX_ACK_DELAY_NS);
  private final Pacer pacer;
  final LossDetector loss;
  private final RangeSet acknowledged = new RangeSet(1 << 16);
  private final RangeSet again = new RangeSet(1 << 16);
  private long nextOffset;
  private long pacedUntilNs = Nanos.NEVER;

  long dataPackets;
  long lostPackets;
  long probes;
  long maxTimeouts;
  long beyondWindow;
  long doneNs = Nanos.NEVER;

  /** When the last packet of the file was first sent, and the probe timeout when it expired. */
  long tailNs;

  long tailTimeoutNs;

  ToySender(InetSocketAddress peer, long fileBytes, CongestionController controller, long nowNs) {
    this.peer = peer;
    this.fileBytes = fileBytes;
    this.controller = controller;
    this.loss = new LossDetector(sent, rtt, controller, this);
    this.pacer =
        new Pacer(
            (long) Pacer.DEFAULT_BURST_PACKETS * ToyPacket.PACKET_BYTES,
            controller.pacingBytesPerSecond(),
            nowNs);
  }

  boolean isDone() {
    return acknowledged.totalBytes() == fileBytes;
  }

  long spuriousLosses() {
    return loss.mistakes();
  }

  @Override
  public void handle(ByteBuffer packet, InetSocketAddress from, long nowNs) {
    packet.getLong();
    if (packet.get() != ToyPacket.ACK) {
      return;
    }
    long delayNs = packet.getLong();
    long largest = packet.getLong(packet.position() + Long.BYTES);
    loss.beginAck(nowNs);
    while (packet.hasRemaining()) {
      if (!loss.acknowledge(packet.getLong(), packet.getLong())) {
        throw new AssertionError("acknowledged what was not sent");
      }
    }
    loss.endAck(largest, delayNs);
    pacer.setRate(controller.pacingBytesPerSecond(), nowNs);
    if (isDone() && doneNs == Nanos.NEVER) {
      doneNs = nowNs;
    }
  }

  @Override
  public void onAcknowledged(long number, boolean wasLost) {
    long from = sent.dataOffset(number);
    long to = from + sent.dataLength(number);
    acknowledged.add(from, to);
    again.remove(from, to);
  }

  @Override
  public void onLost(long number) {
    lostPackets++;
    long to = sent.dataOffset(number) + sent.dataLength(number);
    long from = acknowledged.firstGap(sent.dataOffset(number));
    if (from < to) {
      again.add(from, to);
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
    if (Nanos.isDue(loss.nextTimeout(), nowNs)) {
      tailTimeoutNs = rtt.probeTimeoutNs();
    }
    loss.onTimeout(nowNs);
    maxTimeouts = Math.max(maxTimeouts, loss.timeouts());
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    pacedUntilNs = Nanos.NEVER;
    boolean probe = loss.probesOwed() > 0 && sent.packetsInFlight() > 0;
    if (isDone() || !loss.maySend(ToyPacket.PACKET_BYTES)) {
      return false;
    }
    if (!probe && again.isEmpty() && nextOffset == fileBytes) {
      sent.markAppLimited();
      return false;
    }
    long sendNs = pacer.nextSendNs(ToyPacket.PACKET_BYTES, nowNs);
    if (!probe && sendNs - nowNs > 0) {
      pacedUntilNs = sendNs;
      return false;
    }
    send(probe, nowNs, transmit);
    return true;
  }

  private void send(boolean probe, long nowNs, Transmit transmit) {
    long offset;
    long end;
    if (probe) {
      long repeated = toBeRepeated();
      offset = sent.dataOffset(repeated);
      end = offset + sent.dataLength(repeated);
      probes++;
    } else if (!again.isEmpty()) {
      offset = again.start(0);
      end = Math.min(again.end(0), offset + ToyPacket.DATA_BYTES);
      again.remove(offset, end);
    } else {
      offset = nextOffset;
      end = Math.min(fileBytes, offset + ToyPacket.DATA_BYTES);
      nextOffset = end;
      tailNs = nowNs;
    }
    boolean firstProbe = firstProbeIsOwed();
    long number = sent.nextNumber();
    ByteBuffer packet = transmit.begin();
    ToyPacket.data(packet, number, offset, (int) (end - offset));
    loss.onPacketSent(number, packet.position(), true, nowNs);
    sent.carriesData(number, offset, (int) (end - offset));
    pacer.onSent(packet.position(), nowNs);
    transmit.finish(peer);
    dataPackets++;
    if (!firstProbe && sent.bytesInFlight() > controller.windowBytes()) {
      beyondWindow++;
    }
  }

  /** The first probe of a timeout repeats the oldest packet, the second one the next, if any. */
  private long toBeRepeated() {
    long oldest = sent.oldestInFlight();
    long second = sent.nextInFlight(oldest);
    return firstProbeIsOwed() || second == sent.nextNumber() ? oldest : second;
  }

  private boolean firstProbeIsOwed() {
    return loss.probesOwed() == LossDetector.PROBES_PER_TIMEOUT;
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(loss.nextTimeout(), pacedUntilNs);
  }

  @Override
  public Void pollEvent() {
    return null;
  }
}
