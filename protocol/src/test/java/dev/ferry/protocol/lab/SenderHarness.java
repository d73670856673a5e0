package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.MemoryContent;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender.HandOver;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives a sender by hand. Datagrams are strings whose characters are their bytes. The clock
 * overflows half a second after the beginning, so every test also checks that nothing minds.
 */
final class SenderHarness {
  static final InetSocketAddress SERVER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 12_300);
  static final InetSocketAddress STRANGER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 12_301);
  static final int MAX_DATAGRAM_BYTES = 1472;
  static final String NAME = "name.txt";

  final LabSender sender;
  final MemoryContent source;
  long nowNs = Long.MAX_VALUE - 512_345_678;
  private final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES);

  SenderHarness(Start start, String content, int maxDatagramBytes) {
    this(start, content, maxDatagramBytes, HandOver.NEVER);
  }

  private SenderHarness(Start start, String content, int maxDatagramBytes, HandOver handsOver) {
    this.source = new MemoryContent(content.getBytes(ISO_8859_1));
    this.sender =
        new LabSender(
            SERVER, start, source, maxDatagramBytes, RetransmissionPolicy.START, handsOver);
  }

  /** Towards a server that must speak Ferry mode. */
  static SenderHarness requiringFerry(String content) {
    Start start = new Start(Dialect.SPACED, 0, NAME, content.length(), true);
    return new SenderHarness(start, content, MAX_DATAGRAM_BYTES, HandOver.REQUIRED);
  }

  /** Towards a foreign server: the start offers nothing. */
  static SenderHarness foreign(String content) {
    return of(Dialect.SPACED, 0, content, false);
  }

  /** With a start that offers Ferry mode. */
  static SenderHarness offering(String content) {
    return of(Dialect.SPACED, 0, content, true);
  }

  static SenderHarness of(Dialect dialect, long seqno0, String content, boolean offersFerry) {
    Start start = new Start(dialect, seqno0, NAME, content.length(), offersFerry);
    return new SenderHarness(start, content, MAX_DATAGRAM_BYTES);
  }

  /** What is sent next; there must be exactly one datagram, to the server. */
  String sent() {
    assertThat(sends()).as("something is sent").isTrue();
    String datagram = lastSent();
    assertNothingSent();
    return datagram;
  }

  /** What {@link #sends} found. */
  String lastSent() {
    assertThat(transmit.to()).isEqualTo(SERVER);
    assertThat(transmit.segmentBytes()).isEqualTo(transmit.buffer().remaining());
    return ISO_8859_1.decode(transmit.buffer().duplicate()).toString();
  }

  void assertNothingSent() {
    assertThat(sender.pollTransmit(nowNs, transmit)).as("something is sent").isFalse();
  }

  /** Whether anything is sent. */
  boolean sends() {
    return sender.pollTransmit(nowNs, transmit);
  }

  void receive(String datagram) {
    receive(datagram, SERVER);
  }

  void receive(String datagram, InetSocketAddress from) {
    sender.handle(ByteBuffer.wrap(datagram.getBytes(ISO_8859_1)), from, nowNs);
  }

  /** Delivers an acknowledgement and returns what is sent because of it. */
  String answered(String datagram) {
    receive(datagram);
    return sent();
  }

  void pass(long durationNs) {
    nowNs += durationNs;
  }

  /** Goes to the next timeout and fires it. */
  void expire() {
    expireLate(0);
  }

  /** Fires the next timeout so much too late. */
  void expireLate(long lateNs) {
    assertThat(sender.nextTimeout()).isNotEqualTo(Nanos.NEVER);
    nowNs = sender.nextTimeout() + lateNs;
    sender.onTimeout(nowNs);
  }

  /** How long from now to the next timeout. */
  long timeoutInNs() {
    assertThat(sender.nextTimeout()).isNotEqualTo(Nanos.NEVER);
    return sender.nextTimeout() - nowNs;
  }

  List<SenderEvent> events() {
    List<SenderEvent> events = new ArrayList<>();
    for (SenderEvent e = sender.pollEvent(); e != null; e = sender.pollEvent()) {
      events.add(e);
    }
    return events;
  }

  /** The events until the sender gives up because nothing comes any more. */
  List<SenderEvent> eventsUntilItGivesUp() {
    do {
      expire();
    } while (sends());
    return events();
  }

  /** Drains the events; the last one must be a failure. */
  TransferFailure failure() {
    List<SenderEvent> events = events();
    assertThat(events).isNotEmpty();
    assertThat(events.get(events.size() - 1)).isInstanceOf(SenderEvent.Failed.class);
    assertEnded();
    return ((SenderEvent.Failed) events.get(events.size() - 1)).failure();
  }

  /** Drains the events; the last one must be the completion. */
  TransferStats completion() {
    List<SenderEvent> events = events();
    assertThat(events).isNotEmpty();
    assertThat(events.get(events.size() - 1)).isInstanceOf(SenderEvent.Completed.class);
    assertEnded();
    return ((SenderEvent.Completed) events.get(events.size() - 1)).stats();
  }

  private void assertEnded() {
    assertNothingSent();
    assertThat(sender.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  /** Nothing is sent, nothing is reported, and the timer stays as it is. */
  void assertNoOp(Runnable event) {
    events();
    long timeoutBeforeNs = sender.nextTimeout();
    long acknowledgedBefore = sender.acknowledgedBytes();
    event.run();
    assertNothingSent();
    assertThat(events()).isEmpty();
    assertThat(sender.nextTimeout()).isEqualTo(timeoutBeforeNs);
    assertThat(sender.acknowledgedBytes()).isEqualTo(acknowledgedBefore);
  }
}
