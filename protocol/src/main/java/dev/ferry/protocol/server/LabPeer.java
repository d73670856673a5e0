package dev.ferry.protocol.server;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.lab.LabReceiver;
import dev.ferry.protocol.util.Bytes;
import java.net.InetSocketAddress;

/** The state of one address in lab mode. */
final class LabPeer extends TimerQueue.Entry {
  final InetSocketAddress address;
  final LabReceiver receiver;

  /** The phase at the last {@code reschedule}. */
  LabReceiver.Phase phase = LabReceiver.Phase.CLOSED;

  /** The last start, if it offers Ferry mode. */
  Bytes start = Bytes.EMPTY;

  /** That start and its answer, from which the client can continue in Ferry mode. */
  LabOffer offer = LabOffer.NONE;

  LabPeer(InetSocketAddress address, LabReceiver receiver) {
    this.address = address;
    this.receiver = receiver;
  }
}
