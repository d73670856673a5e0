package dev.ferry.testkit.labpeers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;

/** What all scripted clients do: one message in flight, repeated until it is acknowledged. */
abstract class ScriptedClient extends ScriptedPeer {
  /** The lab's rules. */
  static final int FIVE_ATTEMPTS = 5;

  static final long HALF_A_SECOND_NS = 500 * Nanos.MILLISECOND;

  private final InetSocketAddress server;
  private final String delimiter;
  private final String name;
  private final String content;
  private final int maxAttempts;
  private final long attemptNs;

  private String message;
  private long seqno;
  private int attempts;
  private int offset;
  private int chunkBytes;
  private int datagramBytes;
  private boolean started;
  private boolean over;

  /**
   * Prepares an upload.
   *
   * @param startName what stands in the name field
   * @param attemptNs how long one attempt lasts
   */
  ScriptedClient(
      InetSocketAddress server,
      String delimiter,
      long seqno0,
      String startName,
      byte[] content,
      int maxAttempts,
      long attemptNs) {
    this.server = server;
    this.delimiter = delimiter;
    this.seqno = seqno0;
    this.name = text(startName.getBytes(UTF_8));
    this.content = text(content);
    this.maxAttempts = maxAttempts;
    this.attemptNs = attemptNs;
  }

  /** A message arrived while one is in flight. */
  abstract void onAnswer(String answer, long nowNs);

  /** A message arrived after the transfer is over. The process is gone by then. */
  void onUnsolicited(String datagram) {}

  /** The number of the message that follows one. */
  long numberAfter(long number) {
    return number + 1;
  }

  final long seqno() {
    return seqno;
  }

  final String delimiter() {
    return delimiter;
  }

  /** Whether the start has been acknowledged. */
  final boolean isStarted() {
    return started;
  }

  @Override
  void begin(long nowNs) {
    message =
        String.join(delimiter, "s", Long.toString(seqno), name, Integer.toString(content.length()));
    attempt(nowNs);
  }

  @Override
  final void onDatagram(String datagram, InetSocketAddress from, long nowNs) {
    if (over || !from.equals(server)) {
      onUnsolicited(datagram);
    } else {
      onAnswer(datagram, nowNs);
    }
  }

  @Override
  final void onTimer(long nowNs) {
    attempt(nowNs);
  }

  /** Sends the message in flight once more, unless all attempts are used up. */
  final void attempt(long nowNs) {
    if (attempts++ == maxAttempts) {
      over = true;
      setTimer(Nanos.NEVER);
      report(new PeerEvent.GaveUp());
      return;
    }
    send(message, server);
    setTimer(Nanos.after(nowNs, attemptNs));
  }

  /** The start was acknowledged by a server that takes datagrams of that size. */
  final void startAcknowledged(int bufferBytes, long nowNs) {
    started = true;
    datagramBytes = bufferBytes;
    next(nowNs);
  }

  final void chunkAcknowledged(long nowNs) {
    offset += chunkBytes;
    next(nowNs);
  }

  private void next(long nowNs) {
    if (offset == content.length()) {
      over = true;
      setTimer(Nanos.NEVER);
      report(new PeerEvent.Done(name));
      return;
    }
    seqno = numberAfter(seqno);
    String header = "d" + delimiter + seqno + delimiter;
    chunkBytes = Math.min(datagramBytes - header.length(), content.length() - offset);
    message = header + content.substring(offset, offset + chunkBytes);
    attempts = 0;
    attempt(nowNs);
  }
}
