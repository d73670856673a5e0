package dev.ferry.server;

import dev.ferry.engine.stopwait.StopAndWaitReceiver;
import dev.ferry.time.Nanos;
import java.net.InetSocketAddress;
import java.util.Comparator;

/** One address that the server knows, with its place in the server's queues. */
final class Peer {
  /**
   * By the time at which the peer is to be looked at, which is part of its identity in the sorted
   * set.
   */
  static final Comparator<Peer> BY_TIMEOUT = Peer::compareByTimeout;

  final InetSocketAddress address;
  final StopAndWaitReceiver receiver;
  private final long number;

  /** When the peer is looked at next; at or before the receiver's own next timeout. */
  long timeoutNs = Nanos.NEVER;

  /** The phase that it was last filed under. */
  StopAndWaitReceiver.Phase phase = StopAndWaitReceiver.Phase.CLOSED;

  /** Whether it is queued because it may have something to send. */
  boolean ready;

  Peer(InetSocketAddress address, StopAndWaitReceiver receiver, long number) {
    this.address = address;
    this.receiver = receiver;
    this.number = number;
  }

  private static int compareByTimeout(Peer a, Peer b) {
    int byTime = Nanos.compare(a.timeoutNs, b.timeoutNs);
    return byTime != 0 ? byTime : Long.compare(a.number, b.number);
  }
}
