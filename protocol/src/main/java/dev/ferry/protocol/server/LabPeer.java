package dev.ferry.protocol.server;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.lab.LabReceiver;
import dev.ferry.protocol.util.Bytes;
import java.net.InetSocketAddress;

/** The state of one address in lab mode. */
final class LabPeer extends TimerQueue.Entry {
  /** What an entry of weight 1 takes, at the most, in bytes. */
  static final int COST_BYTES = 1 << 10;

  /** What is kept of a start of length 0. */
  private static final int BARE_BYTES = 930;

  /** How often a start is kept: as names, and to be compared. */
  private static final int COPIES = 2;

  final InetSocketAddress address;
  final LabReceiver receiver;

  /** The phase at the last {@code reschedule}. */
  LabReceiver.Phase phase = LabReceiver.Phase.CLOSED;

  /** The last start, if it offers Ferry mode. */
  Bytes start = Bytes.EMPTY;

  /** That start and its answer, from which the client can continue in Ferry mode. */
  LabOffer offer = LabOffer.NONE;

  /** How many entries it counts for, so that the memory of long names is bounded, too. */
  int weight = 1;

  LabPeer(InetSocketAddress address, LabReceiver receiver) {
    this.address = address;
    this.receiver = receiver;
  }

  /** The weight of a peer of which a start of that length is kept. */
  static int weightOf(int startBytes) {
    return (BARE_BYTES + COPIES * startBytes + COST_BYTES - 1) / COST_BYTES;
  }
}
