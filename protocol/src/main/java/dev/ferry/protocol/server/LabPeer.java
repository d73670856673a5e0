package dev.ferry.protocol.server;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.lab.LabReceiver;
import dev.ferry.protocol.util.Bytes;
import java.net.InetSocketAddress;

/** One address that speaks the lab's protocol. */
final class LabPeer extends TimerQueue.Entry {
  final InetSocketAddress address;
  final LabReceiver receiver;

  /** The phase that it was last filed under. */
  LabReceiver.Phase phase = LabReceiver.Phase.CLOSED;

  /** Its last start, if that offers Ferry mode. */
  Bytes start = Bytes.EMPTY;

  /** That start and the answer to it, from which it can go on in Ferry mode. */
  LabOffer offer = LabOffer.NONE;

  LabPeer(InetSocketAddress address, LabReceiver receiver) {
    this.address = address;
    this.receiver = receiver;
  }
}
