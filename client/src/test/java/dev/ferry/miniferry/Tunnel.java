package dev.ferry.miniferry;

import dev.ferry.miniferry.Frame.Ack;
import dev.ferry.miniferry.Frame.Challenge;
import dev.ferry.miniferry.Frame.Close;
import dev.ferry.miniferry.Frame.MaxRate;
import dev.ferry.miniferry.Frame.Range;
import dev.ferry.miniferry.Frame.Response;
import dev.ferry.miniferry.Frame.Window;
import java.io.UncheckedIOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.AEADBadTagException;

/**
 * Frames there and back, reliably and slowly: a few packets in flight, an acknowledgement for each
 * that arrives, and all that is not acknowledged once more after a silence.
 */
final class Tunnel {
  static final int OVERHEAD_BYTES = 32;
  private static final int IN_FLIGHT = 9;
  private static final int MAX_RANGES = 64;
  private static final long REPEAT_NS = 200_000_000;

  private final Line line;
  private final int ownId;
  private final int peerId;
  private final PacketKeys sealing;
  private final PacketKeys opening;
  private final int updateEvery;
  private final TreeMap<Long, List<Frame>> unacknowledged = new TreeMap<>();
  private final TreeSet<Long> received = new TreeSet<>();
  private final Deque<Frame> inbox = new ArrayDeque<>();
  private long nextNumber;
  private long window;
  private long askedRate;
  private long repeatedNs = System.nanoTime();

  /**
   * A tunnel whose handshake is over.
   *
   * @param updateEvery how many packets are sealed by the same keys; 0 for all of them
   */
  Tunnel(
      Line line, int ownId, int peerId, PacketKeys sealing, PacketKeys opening, int updateEvery) {
    this.line = line;
    this.ownId = ownId;
    this.peerId = peerId;
    this.sealing = sealing;
    this.opening = opening;
    this.updateEvery = updateEvery;
  }

  /** The first offset that must not be sent. */
  long window() {
    return window;
  }

  /** The last cap that the other end has asked for, in bytes a second; 0 if it wants none. */
  long askedRate() {
    return askedRate;
  }

  /** Sends them in one packet, when few enough are in flight. */
  void send(Frame... frames) throws GeneralSecurityException {
    while (unacknowledged.size() >= IN_FLIGHT) {
      pump();
    }
    transmit(List.of(frames));
  }

  /** The next frame that is not the tunnel's own matter. */
  Frame next() throws GeneralSecurityException {
    while (inbox.isEmpty()) {
      pump();
    }
    return inbox.remove();
  }

  /**
   * The first frame of a type, which leaves the others waiting.
   *
   * @throws Refused if a reject or close comes instead
   */
  <F extends Frame> F await(Class<F> type) throws GeneralSecurityException {
    while (true) {
      for (Iterator<Frame> frames = inbox.iterator(); frames.hasNext(); ) {
        Frame frame = frames.next();
        if (type.isInstance(frame)) {
          frames.remove();
          return type.cast(frame);
        }
        Refused.ifEnding(frame);
      }
      pump();
    }
  }

  /** Waits until the window is at least so large. */
  void awaitWindow(long end) throws GeneralSecurityException {
    while (window < end) {
      inbox.forEach(Refused::ifEnding);
      pump();
    }
  }

  /** Waits until everything is acknowledged. */
  void flush() throws GeneralSecurityException {
    while (!unacknowledged.isEmpty()) {
      pump();
    }
  }

  /** Sends the last frame, and waits until it is acknowledged or answered by a close. */
  void finish(Frame last) throws GeneralSecurityException {
    send(last);
    try {
      while (!unacknowledged.isEmpty() && inbox.stream().noneMatch(Close.class::isInstance)) {
        pump();
      }
    } catch (UncheckedIOException e) {
      // A peer whose port is closed has left: its close was lost.
      if (!(e.getCause() instanceof PortUnreachableException)) {
        throw e;
      }
    }
  }

  /** Says that it is over, and once more for each packet until the other end is silent. */
  void close(int code) throws GeneralSecurityException {
    do {
      transmit(List.of(new Close(code, "")));
    } while (line.receive().isPresent());
  }

  private void pump() throws GeneralSecurityException {
    byte[] datagram = line.receive().orElse(null);
    if (datagram != null) {
      take(datagram);
    }
    // A peer that goes on talking must not keep this end from repeating what was lost.
    if (datagram == null || System.nanoTime() - repeatedNs > REPEAT_NS) {
      repeat();
    }
  }

  private void repeat() throws GeneralSecurityException {
    repeatedNs = System.nanoTime();
    List<List<Frame>> again = new ArrayList<>(unacknowledged.values());
    unacknowledged.clear();
    for (List<Frame> frames : again) {
      transmit(frames);
    }
  }

  private void transmit(List<Frame> frames) throws GeneralSecurityException {
    if (updateEvery > 0 && nextNumber % updateEvery == updateEvery - 1) {
      sealing.update();
    }
    ByteBuffer content = ByteBuffer.allocate(1 << 16);
    frames.forEach(frame -> frame.encode(content));
    byte[] bytes = Arrays.copyOf(content.array(), content.position());
    if (frames.stream().anyMatch(Frame::callsForAck)) {
      unacknowledged.put(nextNumber, frames);
    }
    line.send(sealing.seal(peerId, nextNumber++, bytes));
  }

  /** Takes a datagram; nothing happens if it is not for this tunnel. */
  void take(byte[] datagram) throws GeneralSecurityException {
    if (datagram.length < 26
        || (datagram[0] & 0xDF) != 0x80
        || ByteBuffer.wrap(datagram).getInt(1) != ownId
        || received.contains(opening.number(datagram))) {
      return;
    }
    long number = opening.number(datagram);
    byte[] content;
    try {
      content = opening.open(datagram);
    } catch (AEADBadTagException e) {
      return;
    }
    received.add(number);
    List<Frame> frames = Frame.decodeAll(content);
    if (frames.stream().anyMatch(Frame::callsForAck)) {
      transmit(List.of(acknowledgement()));
    }
    for (Frame frame : frames) {
      take(frame);
    }
  }

  private void take(Frame frame) throws GeneralSecurityException {
    if (frame instanceof Ack ack) {
      for (Range range : ack.ranges()) {
        unacknowledged.subMap(range.first(), range.end()).clear();
      }
    } else if (frame instanceof Window now) {
      window = Math.max(window, now.end());
    } else if (frame instanceof MaxRate cap) {
      askedRate = cap.rate();
    } else if (frame instanceof Challenge challenge) {
      transmit(List.of(new Response(challenge.random())));
    } else if (!(frame instanceof Frame.Padding || frame instanceof Frame.Ping)) {
      inbox.add(frame);
    }
  }

  private Ack acknowledgement() {
    List<Range> ranges = new ArrayList<>();
    long first = received.last() + 1;
    long end = first;
    for (long number : received.descendingSet()) {
      if (number != first - 1) {
        ranges.add(new Range(first, end));
        end = number + 1;
      }
      first = number;
    }
    ranges.add(new Range(first, end));
    return new Ack(ranges.subList(0, Math.min(ranges.size(), MAX_RANGES)));
  }
}
