package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.MemoryLabStore;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.lab.LabMessage.ToServer;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives a receiver by hand. Datagrams are strings whose characters are their bytes. The clock
 * overflows soon after the beginning, so every test also checks that nothing minds.
 */
final class ReceiverHarness {
  static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
  static final InetSocketAddress STRANGER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_001);

  final MemoryLabStore store = new MemoryLabStore();
  final LabReceiver receiver = new LabReceiver(CLIENT, store, ReceiverConfig.DEFAULT);
  long nowNs = Long.MAX_VALUE - 1_512_345_678;
  private final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES);

  /** Delivers a datagram and returns what is answered. */
  List<String> say(String datagram) {
    return say(datagram, CLIENT);
  }

  List<String> say(String datagram, InetSocketAddress from) {
    ToServer message = LabCodec.decodeFromClient(ByteBuffer.wrap(datagram.getBytes(ISO_8859_1)));
    if (message != null) {
      receiver.handle(message, from, nowNs);
    }
    return sent();
  }

  /** Delivers datagrams, each of which must be answered by exactly one. */
  void sayAll(String... datagrams) {
    for (String datagram : datagrams) {
      assertThat(say(datagram)).as(datagram).hasSize(1);
    }
  }

  /** What is sent now. */
  List<String> sent() {
    List<String> datagrams = new ArrayList<>();
    while (receiver.pollTransmit(nowNs, transmit)) {
      assertThat(transmit.to()).isEqualTo(CLIENT);
      assertThat(transmit.segmentBytes()).isEqualTo(transmit.buffer().remaining());
      datagrams.add(ISO_8859_1.decode(transmit.buffer()).toString());
    }
    return datagrams;
  }

  /** Ends all publications and returns what is sent because of it. */
  List<String> published() {
    store.finishPublications(nowNs);
    return sent();
  }

  List<ReceiverEvent> events() {
    List<ReceiverEvent> events = new ArrayList<>();
    for (ReceiverEvent e = receiver.pollEvent(); e != null; e = receiver.pollEvent()) {
      events.add(e);
    }
    return events;
  }

  /** Drains the events; there must be one failure and nothing else. */
  ReceiverEvent.Failed failure() {
    List<ReceiverEvent> events = events();
    assertThat(events).hasSize(1).first().isInstanceOf(ReceiverEvent.Failed.class);
    return (ReceiverEvent.Failed) events.get(0);
  }

  /** Lets time pass, with the timer firing whenever it is due. */
  void pass(long durationNs) {
    long endNs = nowNs + durationNs;
    for (int guard = 0; Nanos.isDue(receiver.nextTimeout(), endNs); guard++) {
      assertThat(guard).as("timeouts in a row").isLessThan(1000);
      if (receiver.nextTimeout() - nowNs > 0) {
        nowNs = receiver.nextTimeout();
      }
      receiver.onTimeout(nowNs);
    }
    nowNs = endNs;
  }

  /** How long from now to the next timeout. */
  long timeoutInNs() {
    assertThat(receiver.nextTimeout()).isNotEqualTo(Nanos.NEVER);
    return receiver.nextTimeout() - nowNs;
  }

  String content(String name) {
    byte[] content = store.content(name);
    return content == null ? null : new String(content, ISO_8859_1);
  }

  /** After the receiver was stopped, every sink must have ended; the store watches over "once". */
  void assertEverySinkEndsOnce() {
    receiver.stop();
    store.finishPublications(nowNs);
    assertThat(store.openSinks())
        .as("sinks that neither ended in a publication nor a discard")
        .isZero();
  }
}
