package dev.ferry.protocol.server;

import dev.ferry.protocol.lab.LabReceiver;
import java.net.InetSocketAddress;

/** One address that speaks the lab's protocol. */
final class LabPeer extends TimerQueue.Entry {
  final InetSocketAddress address;
  final LabReceiver receiver;

  /** The phase that it was last filed under. */
  LabReceiver.Phase phase = LabReceiver.Phase.CLOSED;

  /** The datagrams from which it can go on in Ferry mode: its last start, and the answer to it. */
  byte[] start = new byte[0];

  byte[] acknowledgement = new byte[0];

  LabPeer(InetSocketAddress address, LabReceiver receiver) {
    this.address = address;
    this.receiver = receiver;
  }
}
